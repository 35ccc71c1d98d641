package org.rulewalk.parsers.qrexec;

import java.util.Map;
import java.util.Optional;
import org.rulewalk.parsers.source.SourceText;

/** The policy files of a capture by their path in dom0, which is in PedOS' spelling. Immutable. */
public final class PolicyFiles {
  private final PolicyTree tree;

  private PolicyFiles(PolicyTree tree) {
    this.tree = tree;
  }

  /** Those among a capture's texts. */
  public static PolicyFiles of(Map<String, SourceText> texts) {
    return new PolicyFiles(PolicyTree.of(texts));
  }

  PolicyTree tree() {
    return tree;
  }

  /** A file by its path in dom0. */
  public Optional<SourceText> file(String path) {
    return tree.file(path);
  }

  /** Whether there is this file, or one below this directory. */
  public boolean has(String path) {
    return tree.file(path).isPresent() || tree.hasDirectory(path.endsWith("/") ? path : path + "/");
  }

  /** The same with a file that has another text, or is new. */
  public PolicyFiles with(String path, String text) {
    String file = tree.file(path).map(SourceText::file).orElse(path);
    return new PolicyFiles(tree.with(path, SourceText.of(file, text)));
  }

  /** A path or name in the spelling that this system's own files have. */
  public String spelled(String text) {
    return tree.isOfQubes() ? text.replace("PedOS", "qubes") : text;
  }

  /** The path in dom0 of a file of the capture; empty if it is no policy. */
  public static Optional<String> pathOf(String file) {
    return PolicyTree.pathOf(file);
  }
}

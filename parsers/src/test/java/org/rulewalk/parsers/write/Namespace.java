package org.rulewalk.parsers.write;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Loads rules into a network namespace that ends with the command, and lists them from there. Names
 * of interfaces are bridges, names of ipsets are empty sets.
 */
final class Namespace {
  private static final Pattern DEVICE =
      Pattern.compile("(comment|prefix|name|set|type) \"[^\"]*\"|\"([A-Za-z0-9_.@-]{1,15})\"");

  private static final Pattern IPSET =
      Pattern.compile("--(?:match|add|del)-set (\\S+) ((?:src|dst)(?:,(?:src|dst))*)");

  private static final int MOST_SECONDS = 60;

  /**
   * What came of it.
   *
   * @param listing what the tool lists afterwards; empty if it refused
   * @param complaint what the tool said, if it refused
   */
  record Outcome(String listing, String complaint) {
    boolean loaded() {
      return complaint.isEmpty();
    }
  }

  private Namespace() {}

  /** Why nothing can be loaded here; empty if it can. */
  static String obstacle() {
    try {
      Path directory = Files.createTempDirectory("rulewalk-load");
      Outcome outcome = run(directory, "nft list ruleset && iptables-nft-save && ip link");
      return outcome.loaded() ? "" : "no namespace with nft and iptables: " + outcome.complaint();
    } catch (IOException e) {
      return "no namespace: " + e.getMessage();
    }
  }

  static Outcome load(RulesetFile.Language language, String rules) throws IOException {
    Path directory = Files.createTempDirectory("rulewalk-load");
    Files.writeString(directory.resolve("rules"), rules);
    StringBuilder script = new StringBuilder("ip link set lo up\n");
    if (language.isDump()) {
      ipsets(rules, language, script);
      String tool = tool(language);
      script.append(tool).append("-restore -c < rules && ").append(tool).append("-save -c\n");
    } else {
      devices(rules, script);
      boolean json = language == RulesetFile.Language.NFT_JSON;
      script.append("nft " + (json ? "-j " : "") + "-f rules && nft list ruleset\n");
    }
    return run(directory, script.toString());
  }

  private static String tool(RulesetFile.Language language) {
    String six = language.name().startsWith("IP6") ? "6" : "";
    return "ip" + six + "tables-" + (language.name().endsWith("LEGACY") ? "legacy" : "nft");
  }

  private static void devices(String rules, StringBuilder script) {
    if (!rules.matches("(?s).*\\b(iif|oif|sdif|devices?|fwd|dup)\\b.*")) {
      return;
    }
    Set<String> names = new LinkedHashSet<>();
    Matcher quoted = DEVICE.matcher(rules);
    while (quoted.find()) {
      if (quoted.group(2) != null && !quoted.group(2).equals("lo")) {
        names.add(quoted.group(2));
      }
    }
    names.forEach(
        name -> script.append("ip link add name '" + name + "' type bridge 2>/dev/null\n"));
  }

  private static void ipsets(String rules, RulesetFile.Language language, StringBuilder script) {
    Set<String> known = new LinkedHashSet<>();
    Matcher named = IPSET.matcher(rules);
    while (named.find()) {
      String name = named.group(1).replace("\"", "");
      if (known.add(name)) {
        List<String> kinds = List.of("hash:ip", "hash:ip,port", "hash:ip,port,ip");
        String kind = kinds.get(Math.min(2, named.group(2).split(",").length - 1));
        String family = language.name().startsWith("IP6") ? "inet6" : "inet";
        script.append("ipset create '" + name + "' " + kind + " family " + family + "\n");
      }
    }
  }

  private static Outcome run(Path directory, String script) throws IOException {
    Files.writeString(directory.resolve("script"), script);
    Process process =
        new ProcessBuilder("unshare", "-n", "sh", "script")
            .directory(directory.toFile())
            .redirectOutput(directory.resolve("listing").toFile())
            .redirectError(directory.resolve("complaint").toFile())
            .start();
    try {
      boolean ended = process.waitFor(MOST_SECONDS, TimeUnit.SECONDS);
      if (!ended) {
        process.destroyForcibly();
      }
      boolean good = ended && process.exitValue() == 0;
      String complaint = Files.readString(directory.resolve("complaint")).strip();
      return good
          ? new Outcome(Files.readString(directory.resolve("listing")), "")
          : new Outcome("", complaint.isEmpty() ? "no answer" : complaint);
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      return new Outcome("", "interrupted");
    } finally {
      for (String name : List.of("rules", "script", "listing", "complaint")) {
        Files.deleteIfExists(directory.resolve(name));
      }
      Files.deleteIfExists(directory);
    }
  }
}

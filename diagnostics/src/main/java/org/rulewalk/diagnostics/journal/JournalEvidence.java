package org.rulewalk.diagnostics.journal;

import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.rulewalk.diagnostics.dom0.Dom0Rules;
import org.rulewalk.diagnostics.insight.Surroundings;
import org.rulewalk.diagnostics.startup.Persisted;
import org.rulewalk.diagnostics.why.Evidence;
import org.rulewalk.parsers.capture.Capture;
import org.rulewalk.parsers.capture.CaptureJournals;
import org.rulewalk.parsers.journal.JournalEntry;
import org.rulewalk.parsers.journal.JournalReader;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.Source;

/**
 * Looks into a machine's journal when it is first asked about that machine. A journal that can't be
 * read tells nothing. Not thread-safe.
 */
public final class JournalEvidence implements Evidence {
  private static final int MOST_LINES = 200;

  private final Path capture;
  private final Surroundings surroundings;
  private final Dom0Rules dom0;
  private final Function<Machine, Persisted> scripts;
  private final Map<String, Told> machines = new ConcurrentHashMap<>();

  /** The machines with a journal; read when it is first asked for. */
  private Set<String> kept;

  /** Evidence of the journals of the capture at this place. */
  public JournalEvidence(Path capture) {
    this(capture, Surroundings.NONE, Dom0Rules.NONE, machine -> Persisted.NONE);
  }

  private JournalEvidence(
      Path capture,
      Surroundings surroundings,
      Dom0Rules dom0,
      Function<Machine, Persisted> scripts) {
    this.scripts = scripts;
    this.capture = capture;
    this.surroundings = surroundings;
    this.dom0 = dom0;
  }

  /** The same with what else the capture tells, dom0's rules of VMs among it. */
  public static JournalEvidence of(Path path, Capture capture) {
    return new JournalEvidence(
        path,
        Surroundings.of(capture.texts()),
        Dom0Rules.of(capture),
        machine -> Persisted.of(capture, machine));
  }

  @Override
  public Dom0Rules dom0() {
    return dom0;
  }

  @Override
  public Persisted persisted(Machine machine) {
    return scripts.apply(machine);
  }

  /** What one journal tells; the last word on each counts. */
  private static final class Told {
    private Optional<Source> failed = Optional.empty();
    private final Map<String, Source> discarded = new HashMap<>();
    private final Map<String, String> unresolved = new HashMap<>();

    void take(JournalEntry entry) {
      for (String line : entry.message().split("\n", MOST_LINES)) {
        take(entry, Speaker.of(entry), line);
      }
    }

    private void take(JournalEntry entry, Speaker speaker, String text) {
      boolean program = speaker == Speaker.FIREWALL;
      boolean crash =
          program
              && (Message.SCRIPT_FORMAT.match(text).isPresent()
                  || Message.SCRIPT_PERMISSION.match(text).isPresent()
                  || isPythonError(text)
                  || Message.NO_NFT.match(text).isPresent());
      boolean unit =
          speaker == Speaker.SYSTEMD
              && entry.unit().equals("PedOS-firewall.service")
              && (Message.UNIT_NOT_EXECUTABLE.match(text).isPresent()
                  || Message.UNIT_FAILED.match(text).isPresent());
      // that the unit failed is the weaker word: why it did stands before
      if (crash || unit && failed.isEmpty()) {
        failed = Optional.of(entry.source());
      }
      if (program) {
        for (Message message :
            new Message[] {
              Message.RULES_UNRESOLVED, Message.RULES_UNREADABLE, Message.RULES_REFUSED
            }) {
          Optional<Map<String, String>> names = message.match(text);
          if (names.isPresent()) {
            discarded(names.get(), entry.source());
            return;
          }
        }
      }
    }

    private void discarded(Map<String, String> names, Source message) {
      discarded.put(names.get("vm"), message);
      unresolved.remove(names.get("vm"));
      Optional.ofNullable(names.get("host"))
          .ifPresent(host -> unresolved.put(names.get("vm"), host));
    }

    /** {@code OSError: …}, the end of a traceback; nft's errors start with the bare word. */
    private static boolean isPythonError(String text) {
      int colon = text.indexOf("Error: ");
      return colon > 0 && text.substring(0, colon).chars().allMatch(Character::isLetterOrDigit);
    }
  }

  private Told of(String machine) {
    return machines.computeIfAbsent(machine, this::read);
  }

  private Told read(String machine) {
    Told told = new Told();
    try {
      CaptureJournals.of(capture)
          .read(
              machine::equals,
              (name, file, in) ->
                  JournalReader.read(file, in, LocalDate.EPOCH.getYear(), told::take));
    } catch (IOException e) {
      // no journal, no evidence: the answer stands without it
      return told;
    }
    return told;
  }

  @Override
  public Surroundings surroundings() {
    return surroundings;
  }

  @Override
  public Optional<String> missingJournal(String machine) {
    if (kept == null) {
      kept = kept();
    }
    return kept.contains(machine)
        ? Optional.empty()
        : Optional.of("vms/" + machine + "/journal.txt");
  }

  private Set<String> kept() {
    try {
      return Set.copyOf(CaptureJournals.of(capture).machines());
    } catch (IOException e) {
      return Set.of();
    }
  }

  @Override
  public Optional<Source> serviceFailed(String machine) {
    return of(machine).failed;
  }

  @Override
  public Optional<Source> rulesDiscarded(String machine, IpAddress client) {
    return Optional.ofNullable(of(machine).discarded.get(client.toString()));
  }

  @Override
  public Optional<String> unresolved(String machine, IpAddress client) {
    return Optional.ofNullable(of(machine).unresolved.get(client.toString()));
  }
}

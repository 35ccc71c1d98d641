package org.rulewalk.parsers.iptables;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.rulewalk.parsers.iptables.RuleWords.Part;
import org.rulewalk.simulator.rules.BpfMatch;
import org.rulewalk.simulator.rules.Doubt;
import org.rulewalk.simulator.rules.Match;
import org.rulewalk.simulator.rules.Statement;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.Source;

/** Reads {@code -m bpf}: {@code --bytecode "4,48 0 0 9,21 0 1 6,6 0 0 1,6 0 0 0"}. */
final class BpfText {
  private static final int MOST = 64;

  private BpfText() {}

  static List<Statement> read(Arguments a, IpVersion version) {
    Optional<Arguments.Option> pinned = a.take("object-pinned");
    if (pinned.isPresent()) {
      String text = "bpf " + a.text();
      return List.of(
          new Match.Unknown(text, new Doubt(Doubt.Kind.MISSING_FILE, text, false, Source.NONE)));
    }
    String[] parts = a.need("bytecode").value().split(",");
    List<BpfMatch.Instruction> program = new ArrayList<>();
    for (int i = 1; i < parts.length; i++) {
      program.add(instruction(parts[i].strip()));
    }
    boolean sound = program.size() == Values.number(parts[0].strip()) && program.size() <= MOST;
    if (!sound) {
      throw new Misread("the program has not the number of instructions that it begins with");
    }
    return HeaderMatches.extension(new BpfMatch(program));
  }

  /** The program as it was written. */
  static Part write(BpfMatch match) {
    String program =
        match.program().stream()
            .map(i -> i.code() + " " + i.jumpTrue() + " " + i.jumpFalse() + " " + i.operand())
            .collect(Collectors.joining(","));
    return Part.match("bpf", "--bytecode \"" + match.program().size() + "," + program + "\"");
  }

  private static BpfMatch.Instruction instruction(String text) {
    String[] words = text.split(" +");
    if (words.length != 4) {
      throw new Misread("`" + text + "` is no instruction: code, jt, jf, k");
    }
    return new BpfMatch.Instruction(
        (int) Values.number(words[0]),
        (int) Values.number(words[1]),
        (int) Values.number(words[2]),
        Values.number(words[3]) & 0xffffffffL);
  }
}

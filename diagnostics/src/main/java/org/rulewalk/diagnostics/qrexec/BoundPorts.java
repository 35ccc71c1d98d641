package org.rulewalk.diagnostics.qrexec;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.rulewalk.diagnostics.why.Answer;
import org.rulewalk.diagnostics.why.Calls;
import org.rulewalk.parsers.capture.Capture;
import org.rulewalk.parsers.qrexec.PolicyLine;
import org.rulewalk.simulator.value.Source;

/** Ports that systemd binds to other VMs, as the units of a capture say, judged by its policy. */
public final class BoundPorts implements Calls {
  private final Capture capture;

  /** Those of a capture. */
  public BoundPorts(Capture capture) {
    this.capture = capture;
  }

  @Override
  public Optional<Bound> to(String machine, int port) {
    if (port < 1) {
      return Optional.empty();
    }
    Call any = new Call(machine, Call.DEFAULT, port, OptionalInt.of(port));
    return Binds.of(capture, machine, any).stream()
        .filter(bind -> bind.localPort().equals(OptionalInt.of(port)) && bind.port().isPresent())
        .findFirst()
        .map(bind -> bound(machine, bind));
  }

  private Bound bound(String machine, Bind bind) {
    String target = bind.target().filter(name -> !name.isEmpty()).orElse(Call.DEFAULT);
    Reply reply =
        Inquiry.of(capture, new Call(machine, target, bind.port().getAsInt(), OptionalInt.empty()));
    boolean denied = reply.ruling().verdict() == Ruling.Verdict.DENIED;
    List<String> missing =
        denied
            ? List.of()
            : reply.assumptions().stream()
                .filter(Answer.Assumed::decides)
                .map(Answer.Assumed::missing)
                .filter(file -> !file.isEmpty())
                .toList();
    List<String> now =
        denied && reply.isCured()
            ? reply.changes().stream().flatMap(change -> change.now().stream()).toList()
            : List.of();
    Optional<Source> line =
        reply
            .ruling()
            .line()
            .map(PolicyLine::where)
            .or(() -> reply.policy().errors().stream().findFirst().map(e -> e.where()));
    return new Bound(!denied, denied ? line : Optional.empty(), missing, now);
  }
}

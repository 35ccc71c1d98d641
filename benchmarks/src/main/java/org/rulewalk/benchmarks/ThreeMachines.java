package org.rulewalk.benchmarks;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.rulewalk.diagnostics.why.AssumedSockets;
import org.rulewalk.parsers.capture.CaptureLoader;
import org.rulewalk.simulator.kernel.Outcome;
import org.rulewalk.simulator.kernel.Probe;
import org.rulewalk.simulator.kernel.Simulator;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.packet.Packets;
import org.rulewalk.simulator.trace.End;
import org.rulewalk.simulator.value.IpAddress;

/**
 * Traces a second: a ping from work through sys-firewall and sys-net to the outside, and the answer
 * all the way back; every step with its source.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class ThreeMachines {
  private static final int JOURNEYS = 8;

  private Simulator simulator;
  private Probe probe;

  /** Loads the recorded network; started anywhere in the repository. */
  @Setup
  public void load() {
    Path capture = Path.of("fixtures/captures/r42-port-forward/capture");
    Network network = AssumedSockets.apply(CaptureLoader.load(capture).network());
    simulator = new Simulator(network);
    IpAddress from =
        network.machine("work").orElseThrow().interfaces().stream()
            .filter(device -> !device.isLoopback())
            .flatMap(device -> device.addresses().stream())
            .map(address -> address.prefix().address())
            .findFirst()
            .orElseThrow();
    probe =
        new Probe.Send(
            "work",
            Packets.icmp(
                from,
                IpAddress.of("198.51.100.77"),
                8,
                0,
                0x10001,
                new byte[8],
                Packets.IpOptions.DEFAULT));
    var journeys = simulator.run(probe).trace().journeys();
    boolean back =
        journeys.size() == JOURNEYS
            && journeys.get(JOURNEYS - 1).machine().equals("work")
            && journeys.get(JOURNEYS - 1).end() instanceof End.Delivered;
    if (!back) {
      throw new IllegalStateException("no answer came back: " + journeys.size() + " journeys");
    }
  }

  /** One trace. */
  @Benchmark
  public Outcome trace() {
    return simulator.run(probe);
  }
}

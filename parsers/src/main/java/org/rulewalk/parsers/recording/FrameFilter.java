package org.rulewalk.parsers.recording;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.pcap4j.core.BpfProgram;
import org.pcap4j.core.NotOpenException;
import org.pcap4j.core.PcapHandle;
import org.pcap4j.core.PcapNativeException;
import org.pcap4j.core.Pcaps;
import org.pcap4j.packet.namednumber.DataLinkType;

/** A filter in tcpdump's language, compiled and run by libpcap. */
public final class FrameFilter {
  private static final int SNAP_LENGTH = 262144;
  private static final java.net.Inet4Address NO_NETMASK = netmask();

  private final String expression;
  private final Map<Integer, BpfProgram> programs = new HashMap<>();

  private FrameFilter(String expression) {
    this.expression = expression;
  }

  /**
   * Compiles it.
   *
   * @throws BadRecording if libpcap is missing, or does not understand it
   */
  public static FrameFilter of(String expression) throws BadRecording {
    FrameFilter filter = new FrameFilter(expression);
    filter.program(1);
    return filter;
  }

  /**
   * Whether a frame passes.
   *
   * @throws BadRecording if the filter means nothing for its link layer
   */
  public boolean takes(Frame frame) throws BadRecording {
    byte[] bytes = Arrays.copyOfRange(frame.bytes, frame.start, frame.start + frame.captured);
    return program(frame.linkType).applyFilter(bytes, frame.wire, frame.captured);
  }

  private BpfProgram program(int linkType) throws BadRecording {
    BpfProgram known = programs.get(linkType);
    if (known != null) {
      return known;
    }
    try (PcapHandle handle = Pcaps.openDead(new DataLinkType(linkType, ""), SNAP_LENGTH)) {
      BpfProgram program =
          handle.compileFilter(expression, BpfProgram.BpfCompileMode.OPTIMIZE, NO_NETMASK);
      programs.put(linkType, program);
      return program;
    } catch (PcapNativeException | NotOpenException e) {
      throw new BadRecording("--filter \"" + expression + "\": " + e.getMessage());
    } catch (LinkageError e) {
      throw new BadRecording(
          "--filter needs libpcap, which is not installed here (Debian, Ubuntu: libpcap0.8; Fedora:"
              + " libpcap)");
    }
  }

  private static java.net.Inet4Address netmask() {
    try {
      return (java.net.Inet4Address) java.net.InetAddress.getByAddress(new byte[4]);
    } catch (java.net.UnknownHostException e) {
      throw new AssertionError("four bytes are an address", e);
    }
  }
}

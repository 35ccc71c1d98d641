package org.rulewalk.simulator.rules;

import java.util.List;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.value.Source;

/**
 * {@code -m bpf}: a program of the classic packet filter, run on the packet from its IP header on
 * (net/core/filter.c, linux/filter.h; S. McCanne, V. Jacobson 1993). It holds where the program
 * returns anything but 0.
 *
 * <p>Jumps go forward only, so a program ends after as many steps as it has instructions.
 */
public record BpfMatch(List<Instruction> program) implements XtMatch {
  /** Loads beyond this offset ask the kernel for something that is not in the packet. */
  private static final long ANCILLARY = 0xfffff000L;

  private static final long NETWORK = 0xfff00000L;
  private static final int SLOTS = 16;

  /** Keeps a copy. */
  public BpfMatch {
    program = List.copyOf(program);
  }

  /**
   * One instruction.
   *
   * @param code operation
   * @param jumpTrue instructions to skip where a comparison holds
   * @param jumpFalse instructions to skip where it doesn't
   * @param operand unsigned, 32 bits
   */
  public record Instruction(int code, int jumpTrue, int jumpFalse, long operand) {}

  @Override
  public Truth test(PacketContext context) {
    return DrawnNumbers.test(context, packet -> new Run(packet).result());
  }

  /** One run: accumulator, index register and scratch memory. */
  private final class Run {
    private final Packet packet;
    private final long[] memory = new long[SLOTS];
    private long a;
    private long x;
    private boolean outside;
    private boolean unknown;

    Run(Packet packet) {
      this.packet = packet;
    }

    Truth result() {
      int at = 0;
      while (at < program.size()) {
        Instruction now = program.get(at);
        int kind = now.code() & 7;
        if (kind == 6) {
          return Truth.of(((now.code() & 0x18) == 0x10 ? a : now.operand()) != 0);
        }
        at += 1 + (kind == 5 ? jump(now) : step(now, kind));
        if (outside) {
          return Truth.NO;
        }
        if (unknown) {
          String text = "bpf program, instruction " + at;
          return new Truth.Unknown(new Doubt(Doubt.Kind.NOT_UNDERSTOOD, text, false, Source.NONE));
        }
      }
      return Truth.NO;
    }

    private int step(Instruction now, int kind) {
      switch (kind) {
        case 0:
          a = load(now, now.code() >> 5);
          break;
        case 1:
          x = load(now, now.code() >> 5);
          break;
        case 2:
          store(now, a);
          break;
        case 3:
          store(now, x);
          break;
        case 4:
          calculate(now);
          break;
        default:
          if ((now.code() & 0xf8) == 0x80) {
            a = x;
          } else {
            x = a;
          }
      }
      return 0;
    }

    private void store(Instruction now, long value) {
      if (now.operand() < SLOTS) {
        memory[(int) now.operand()] = value;
      } else {
        unknown = true;
      }
    }

    private long load(Instruction now, int mode) {
      int size = (now.code() & 0x18) == 0 ? 4 : (now.code() & 0x18) == 8 ? 2 : 1;
      switch (mode) {
        case 0:
          return now.operand();
        case 1:
          return bytes(now.operand(), size);
        case 2:
          return bytes(now.operand() + x & 0xffffffffL, size);
        case 3:
          return now.operand() < SLOTS ? memory[(int) now.operand()] : 0;
        case 4:
          return packet.length();
        default:
          return (bytes(now.operand(), 1) & 15) * 4;
      }
    }

    private long bytes(long offset, int size) {
      long from = offset;
      if (offset >= ANCILLARY) {
        unknown = true;
        return 0;
      }
      if (offset >= NETWORK) {
        from = offset - NETWORK;
      }
      if (from + size > packet.length()) {
        outside = true;
        return 0;
      }
      return packet.bits((int) from, size).low();
    }

    private int jump(Instruction now) {
      long other = (now.code() & 8) != 0 ? x : now.operand();
      boolean holds;
      switch (now.code() & 0xf0) {
        case 0x00:
          return (int) Math.min(now.operand(), program.size());
        case 0x10:
          holds = a == other;
          break;
        case 0x20:
          holds = a > other;
          break;
        case 0x30:
          holds = a >= other;
          break;
        default:
          holds = (a & other) != 0;
      }
      return holds ? now.jumpTrue() : now.jumpFalse();
    }

    private void calculate(Instruction now) {
      long other = (now.code() & 8) != 0 ? x : now.operand();
      switch (now.code() & 0xf0) {
        case 0x00:
          a += other;
          break;
        case 0x10:
          a -= other;
          break;
        case 0x20:
          a *= other;
          break;
        case 0x30:
        case 0x90:
          divide(other, (now.code() & 0xf0) == 0x90);
          break;
        case 0x40:
          a |= other;
          break;
        case 0x50:
          a &= other;
          break;
        case 0x60:
          a = other > 31 ? 0 : a << other;
          break;
        case 0x70:
          a = other > 31 ? 0 : a >>> other;
          break;
        case 0x80:
          a = -a;
          break;
        default:
          a ^= other;
      }
      a &= 0xffffffffL;
    }

    /** A division by 0 ends the program with 0. */
    private void divide(long by, boolean remainder) {
      if (by == 0) {
        outside = true;
      } else {
        a = remainder ? a % by : a / by;
      }
    }
  }
}

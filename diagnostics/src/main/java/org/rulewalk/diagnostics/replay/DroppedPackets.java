package org.rulewalk.diagnostics.replay;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/**
 * Writes packets as a classic pcap of raw IP with nanoseconds: recordings of several link layers
 * come together here, and a file has just one.
 */
public interface DroppedPackets extends Consumer<Seen>, Closeable {
  /** Writes nothing. */
  DroppedPackets NONE =
      new DroppedPackets() {
        @Override
        public void accept(Seen seen) {}

        @Override
        public void close() {}
      };

  /** Writes to a stream, which it closes. */
  static DroppedPackets to(OutputStream stream) throws IOException {
    OutputStream out = new BufferedOutputStream(stream, 1 << 16);
    out.write(
        ByteBuffer.allocate(24)
            .putInt(0xa1b23c4d)
            .putShort((short) 2)
            .putShort((short) 4)
            .putLong(0)
            .putInt(262144)
            .putInt(101)
            .array());
    return new DroppedPackets() {
      @Override
      public void accept(Seen seen) {
        byte[] bytes = seen.packet().toBytes();
        ByteBuffer header =
            ByteBuffer.allocate(16)
                .putInt((int) Math.floorDiv(seen.nanos(), 1_000_000_000L))
                .putInt((int) Math.floorMod(seen.nanos(), 1_000_000_000L))
                .putInt(bytes.length)
                .putInt(bytes.length);
        try {
          out.write(header.array());
          out.write(bytes);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }

      @Override
      public void close() throws IOException {
        out.close();
      }
    };
  }
}

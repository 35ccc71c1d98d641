package org.rulewalk.parsers.recording;

import java.io.Closeable;
import java.io.IOException;

/** Reads frames of one file format. */
interface FrameReader extends Closeable {
  /** No snap length in use is larger (MAXIMUM_SNAPLEN in libpcap). */
  int LARGEST_FRAME = 262144;

  /** Reads the next frame; false at the end, also where the rest can't be read. */
  boolean next(Frame frame) throws IOException;
}

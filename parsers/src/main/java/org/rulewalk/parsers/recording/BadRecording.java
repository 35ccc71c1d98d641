package org.rulewalk.parsers.recording;

import java.io.IOException;

/**
 * A file that is no recording at all, or of a kind that is not read. The message names the file.
 */
public final class BadRecording extends IOException {
  private static final long serialVersionUID = 1;

  /** With the whole message. */
  public BadRecording(String message) {
    super(message);
  }
}

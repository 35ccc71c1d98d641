package org.rulewalk.parsers.capture;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.function.Predicate;
import org.rulewalk.parsers.source.Problems;

/** Where the files of a capture are: a directory, an archive, or one file alone. */
interface FileStore {
  /** How many files at most are looked at. */
  int MOST_FILES = 200_000;

  /** How many bytes at most are unpacked from an archive. */
  long MOST_BYTES = 4L << 30;

  /** A regular file: path with slashes, and size in bytes as the store tells it. */
  record Listed(String path, long sizeBytes) {}

  /** Takes what was read. */
  interface Receiver {
    /** A whole file. */
    void file(String path, byte[] bytes);
  }

  /** Takes files one by one while the store is open. */
  interface Streams {
    /** A file's bytes; nothing need be read of them. */
    void file(Listed file, InputStream in) throws IOException;
  }

  /**
   * Its regular files by path, those with unsafe names left out with a problem each.
   *
   * @throws IOException if the store can't be read at all
   */
  List<Listed> list(Problems problems) throws IOException;

  /**
   * Reads the files that are wanted, each once, in any order.
   *
   * @throws IOException if the store breaks off; what was read before was handed over
   */
  void read(Predicate<String> wanted, Receiver receiver, Problems problems) throws IOException;

  /**
   * Opens the files that are wanted, one after the other, however large they are.
   *
   * @throws IOException if the store or a file breaks off
   */
  void stream(Predicate<String> wanted, Streams receiver) throws IOException;
}

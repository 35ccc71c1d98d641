package org.rulewalk.parsers.capture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArchivesTest {
  private static final byte[] ADDRESSES =
      "2: eth0: <UP> mtu 1500\n    inet 192.0.2.5/24 scope global eth0\n"
          .getBytes(StandardCharsets.UTF_8);

  @TempDir Path directory;

  private Path tar(String name, String... entries) throws IOException {
    Path file = directory.resolve(name);
    try (OutputStream out = Files.newOutputStream(file);
        TarArchiveOutputStream tar =
            new TarArchiveOutputStream(name.endsWith("gz") ? new GZIPOutputStream(out) : out)) {
      for (String entry : entries) {
        TarArchiveEntry header = new TarArchiveEntry(entry, true);
        header.setSize(ADDRESSES.length);
        tar.putArchiveEntry(header);
        tar.write(ADDRESSES);
        tar.closeArchiveEntry();
      }
      TarArchiveEntry link =
          new TarArchiveEntry("top/vms/a/iptables-save.txt", TarConstants.LF_SYMLINK);
      link.setLinkName("/etc/shadow");
      tar.putArchiveEntry(link);
      tar.closeArchiveEntry();
    }
    return file;
  }

  private Path zip(String... entries) throws IOException {
    Path file = directory.resolve("capture.zip");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      for (String entry : entries) {
        zip.putNextEntry(new ZipEntry(entry));
        zip.write(ADDRESSES);
        zip.closeEntry();
      }
    }
    return file;
  }

  private static List<String> ids(Capture capture) {
    return capture.report().problems().stream().map(p -> p.id()).sorted().toList();
  }

  private static void holdsMachineA(Capture capture) {
    assertEquals(1, capture.network().machine("a").orElseThrow().interfaces().size());
    assertEquals("vms/a/ip-addr.txt", capture.report().machines().get("a").get(0).path());
  }

  @Test
  void tarAndZipAreReadInPlaceBelowAnyTopFolder() throws IOException {
    for (Path archive :
        List.of(tar("c.tar", "top/vms/a/ip-addr.txt"), tar("c.tgz", "./top/vms/a/ip-addr.txt"))) {
      Capture capture = CaptureLoader.load(archive);
      holdsMachineA(capture);
      assertEquals(List.of("unsafe-file"), ids(capture));
    }
    Capture zipped = CaptureLoader.load(zip("vms/a/ip-addr.txt"));
    holdsMachineA(zipped);
    assertEquals(List.of(), ids(zipped));
  }

  @Test
  void namesThatLeadOutAreRefused() throws IOException {
    String[] names = {
      "top/vms/a/ip-addr.txt",
      "../vms/evil/ip-addr.txt",
      "/vms/evil/ip-addr.txt",
      "top/vms/evil/../../x/ip-addr.txt"
    };
    Capture fromTar = CaptureLoader.load(tar("c.tar.gz", names));
    holdsMachineA(fromTar);
    assertEquals(4, ids(fromTar).size());
    assertTrue(fromTar.network().machine("evil").isEmpty());

    Capture fromZip =
        CaptureLoader.load(zip("vms/a/ip-addr.txt", "../vms/evil/ip-addr.txt", "C:/vms/b/x"));
    holdsMachineA(fromZip);
    assertEquals(List.of("unsafe-file", "unsafe-file"), ids(fromZip));
  }

  @Test
  void ofANameThatComesTwiceTheFirstCounts() throws IOException {
    Capture capture =
        CaptureLoader.load(tar("c.tar", "top/vms/a/ip-addr.txt", "top/vms/a/ip-addr.txt"));
    holdsMachineA(capture);
    assertEquals(List.of("duplicate-file", "unsafe-file"), ids(capture));
  }

  @Test
  void anArchiveThatIsCutOffStillGivesWhatCameBefore() throws IOException {
    Path whole = tar("c.tar", "top/vms/a/ip-addr.txt", "top/vms/b/ip-addr.txt");
    Path cut = directory.resolve("cut.tar");
    Files.write(cut, Arrays.copyOf(Files.readAllBytes(whole), 1024 + 512 + 10));
    Capture capture = CaptureLoader.load(cut);
    holdsMachineA(capture);
    assertTrue(ids(capture).contains("archive-broken"));
  }

  @Test
  void aFileThatUnpacksToMoreThanItsKindMayHoldIsRefused() throws IOException {
    Path file = directory.resolve("bomb.zip");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      zip.putNextEntry(new ZipEntry("vms/a/sysctl.txt"));
      byte[] block = new byte[1 << 20];
      for (int i = 0; i < 65; i++) {
        zip.write(block);
      }
      zip.closeEntry();
      zip.putNextEntry(new ZipEntry("vms/a/ip-addr.txt"));
      zip.write(ADDRESSES);
      zip.closeEntry();
    }
    Capture capture = CaptureLoader.load(file);
    holdsMachineA(capture);
    assertEquals(List.of("too-large"), ids(capture));
  }
}

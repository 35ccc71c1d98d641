package org.rulewalk.parsers.capture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.rulewalk.parsers.source.SourceText;

class SectionsTest {
  private static final String TABLE = "*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -j DROP\nCOMMIT\n";

  private static List<Sections.Section> split(String text) {
    return Sections.split(SourceText.of("iptables-save.txt", text), FileKind.IPTABLES);
  }

  @Test
  void theSameTableAgainIsTheOtherVersion() {
    List<Sections.Section> sections = split(TABLE + TABLE);
    assertEquals(
        List.of(FileKind.IPTABLES, FileKind.IP6TABLES),
        sections.stream().map(Sections.Section::kind).toList());
    assertEquals("*filter", sections.get(1).text().line(5), "lines keep their numbers");
  }

  @Test
  void aTableThousandsOfTimesTakesNoMemoryForEach() {
    List<Sections.Section> sections = split(TABLE.repeat(20_000));
    assertTrue(sections.size() < 100, sections.size() + " sections");
    Sections.Section last = sections.get(sections.size() - 1);
    assertEquals("COMMIT", last.text().line(80_000));
  }
}

package org.rulewalk.parsers.expect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.rulewalk.parsers.source.Problem;
import org.rulewalk.parsers.source.SourceText;

class ExpectationReaderTest {
  private static ExpectationReader.Expectations read(String text) {
    return ExpectationReader.read(SourceText.of("e.yaml", text));
  }

  private static String problem(String text) {
    List<Problem> problems = read(text).problems();
    assertTrue(!problems.isEmpty(), "no problem in: " + text);
    Problem first = problems.get(0);
    return first.where() + ":" + first.where().column() + ": " + first.message();
  }

  private static List<String> texts(List<Expectation.Word> words) {
    return words.stream().map(Expectation.Word::text).toList();
  }

  @Test
  void oneWordAndListsAreBothRead() {
    List<Expectation> list =
        read("expect:\n"
                + "  - allow: {from: outside, to: 192.168.1.10, service: tcp/443}\n"
                + "    name: the web server\n"
                + "  - deny: {from: work, to: untrusted}\n"
                + "  - only:\n"
                + "      to: work\n"
                + "      from: [192.168.1.0/24, sys-net]\n"
                + "      services: [tcp/443, ping]\n")
            .list();
    assertEquals("the web server", list.get(0).name());
    assertEquals(List.of("tcp/443"), texts(list.get(0).services()));
    assertEquals(Expectation.Kind.DENY, list.get(1).kind());
    assertEquals("deny from work to untrusted", list.get(1).name());
    assertEquals(List.of(), list.get(1).services());
    assertEquals(List.of("192.168.1.0/24", "sys-net"), texts(list.get(2).from()));
    assertEquals(7, list.get(2).from().get(1).where().line());
    assertEquals(30, list.get(2).from().get(1).where().column());
  }

  @Test
  void whatIsWrongIsToldWithItsPlace() {
    assertEquals("e.yaml:2:5: `alow` is not known here", problem("expect:\n  - alow: {to: a}\n"));
    assertEquals(
        "e.yaml:2:13: `form` is not known here",
        problem("expect:\n  - allow: {form: a, to: b, service: ping}\n"));
    assertEquals("e.yaml:2:5: `deny` says no `from`", problem("expect:\n  - deny: {to: b}\n"));
    assertEquals(
        "e.yaml:2:5: `allow` says no `service`", problem("expect:\n  - allow: {from: a, to: b}\n"));
    assertEquals(
        "e.yaml:2:5: `only` says neither `from` nor `services`",
        problem("expect:\n  - only: {to: b}\n"));
    assertTrue(problem("").contains("nothing is expected"));
    assertTrue(problem("expect: []\n").contains("nothing is expected"));
    assertTrue(problem("- a\n").contains("`expect:` is missing"));
  }

  @Test
  void nothingIsBuiltOfAliasesTagsOrDeepNests() {
    assertEquals("e.yaml:2:10: aliases are not read", problem("a: &a [x]\nexpect: [*a, *a]\n"));
    assertTrue(problem("[".repeat(100_000)).contains("nested too deep"));
    assertTrue(problem("expect: !!java.net.URL [x]\n").contains("begins with `allow`"));
  }

  @Test
  void anyBytesGiveProblemsAndNoException() {
    String seed = "expect:\n  - only: {to: work, from: [a, b], services: [tcp/443]}\n";
    Random random = new Random(3);
    for (int i = 0; i < 3_000; i++) {
      StringBuilder broken = new StringBuilder(seed);
      for (int n = 1 + random.nextInt(4); n > 0; n--) {
        int at = random.nextInt(broken.length());
        broken.setCharAt(at, (char) random.nextInt(random.nextBoolean() ? 128 : 0x3000));
      }
      ExpectationReader.Expectations read = read(broken.toString());
      assertTrue(!read.list().isEmpty() || !read.problems().isEmpty(), broken.toString());
    }
  }
}

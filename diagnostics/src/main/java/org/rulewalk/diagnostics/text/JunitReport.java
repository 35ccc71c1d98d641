package org.rulewalk.diagnostics.text;

import java.io.StringWriter;
import java.util.List;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import org.rulewalk.diagnostics.reach.Checked;

/**
 * Checked expectations as JUnit's XML, one test case each, for what runs tests: elements and
 * attributes that every reader of it takes, and no others.
 */
public final class JunitReport {
  private JunitReport() {}

  /**
   * The whole document.
   *
   * @param suite the suite's name: the file of the expectations
   */
  public static String of(List<Checked> all, String suite, String capture) {
    StringWriter text = new StringWriter();
    try {
      XMLStreamWriter out = XMLOutputFactory.newFactory().createXMLStreamWriter(text);
      out.writeStartDocument("UTF-8", "1.0");
      out.writeCharacters("\n");
      out.writeStartElement("testsuites");
      out.writeCharacters("\n");
      out.writeStartElement("testsuite");
      out.writeAttribute("name", clean(suite));
      out.writeAttribute("tests", "" + all.size());
      out.writeAttribute("failures", count(all, Checked.Result.BROKEN));
      out.writeAttribute("errors", count(all, Checked.Result.UNDECIDED));
      out.writeAttribute("skipped", "0");
      for (Checked checked : all) {
        testCase(out, checked, suite, capture);
      }
      out.writeCharacters("\n");
      out.writeEndElement();
      out.writeCharacters("\n");
      out.writeEndElement();
      out.writeCharacters("\n");
      out.writeEndDocument();
    } catch (XMLStreamException e) {
      throw new IllegalStateException("memory can't be written to", e);
    }
    return text.toString();
  }

  private static String count(List<Checked> all, Checked.Result result) {
    return "" + all.stream().filter(each -> each.result() == result).count();
  }

  private static void testCase(XMLStreamWriter out, Checked checked, String suite, String capture)
      throws XMLStreamException {
    out.writeCharacters("\n  ");
    out.writeStartElement("testcase");
    out.writeAttribute("classname", clean(className(suite)));
    out.writeAttribute("name", clean(checked.expectation().name()));
    if (checked.result() != Checked.Result.HELD) {
      boolean broken = checked.result() == Checked.Result.BROKEN;
      List<String> details = TestScreen.details(checked, capture);
      out.writeCharacters("\n    ");
      out.writeStartElement(broken ? "failure" : "error");
      out.writeAttribute("message", clean(details.get(0)));
      out.writeAttribute("type", broken ? "broken" : "undecided");
      out.writeCharacters(clean(checked.expectation().where() + "\n" + String.join("\n", details)));
      out.writeEndElement();
      out.writeCharacters("\n  ");
    }
    out.writeEndElement();
  }

  /** What reports are sorted by; a dot would part it. */
  private static String className(String suite) {
    String name = suite.substring(suite.lastIndexOf('/') + 1).replaceFirst("\\.ya?ml$", "");
    return "rulewalk." + name.replace('.', '-');
  }

  /** XML 1.0 has no place for most control characters. */
  private static String clean(String text) {
    StringBuilder clean = new StringBuilder();
    text.codePoints()
        .forEach(
            c -> {
              boolean allowed =
                  c == '\t'
                      || c == '\n'
                      || c >= 0x20 && c <= 0xd7ff
                      || c >= 0xe000 && c <= 0xfffd
                      || c >= 0x10000;
              clean.appendCodePoint(allowed ? c : 0xfffd);
            });
    return clean.toString();
  }
}

package org.rulewalk.parsers.dom0;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.xml.stream.Location;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.rulewalk.parsers.source.Problems;
import org.rulewalk.parsers.source.SourceText;
import org.rulewalk.simulator.value.Source;

/**
 * dom0's {@code firewall.xml} of a VM: version 1 of releases 1 to 3, version 2 of release 4
 * (qubes-core-admin, qubes/firewall.py). As there, the root's name does not matter; its attribute
 * {@code version} does, and is 1 where it is missing.
 *
 * <p>The file comes from strangers: a document type, and with it every entity, is refused before
 * anything of it is looked at, and size, depth and number of rules are bounded.
 */
public final class FirewallXml {
  private static final int MOST_CHARACTERS = 8 << 20;
  private static final int MOST_DEPTH = 16;
  private static final int MOST_RULES = 10_000;
  private static final String SHAPE =
      "copy the VM's firewall.xml from dom0 again, or capture `qvm-firewall VM` instead";

  private final SourceText text;
  private final Problems problems;
  private final List<FirewallRule> rules = new ArrayList<>();
  private Optional<OldRules> old = Optional.empty();
  private boolean complete = true;
  private int listed;

  private FirewallXml(SourceText text, Problems problems) {
    this.text = text;
    this.problems = problems;
  }

  /** The file is refused; the message says why. */
  private static final class Refused extends Exception {
    private static final long serialVersionUID = 1;
    private final transient Source where;

    Refused(String message, Source where) {
      super(message);
      this.where = where;
    }
  }

  /** An element with its children. */
  private record Element(
      String name,
      Map<String, String> attributes,
      String text,
      Source where,
      List<Element> children) {
    String attribute(String key) {
      return attributes.getOrDefault(key, "");
    }
  }

  /** The rules; empty, with a problem, if the file is none that dom0 reads. */
  public static Optional<VmRules> parse(SourceText text, Problems problems) {
    FirewallXml xml = new FirewallXml(text, problems);
    try {
      return xml.read();
    } catch (Refused e) {
      problems.error("dom0-firewall-xml", e.getMessage(), e.where, 0, SHAPE);
      return Optional.empty();
    }
  }

  private Optional<VmRules> read() throws Refused {
    if (text.text().length() > MOST_CHARACTERS) {
      throw new Refused("the file is larger than any list of rules", text.whole());
    }
    Element root = root();
    String version = root.attributes().getOrDefault("version", "1");
    switch (version) {
      case "1":
        first(root);
        break;
      case "2":
        second(root);
        break;
      default:
        throw new Refused(
            "version `" + version + "` is not known: dom0 writes 1 or 2", root.where());
    }
    if (!complete) {
      return Optional.empty();
    }
    return Optional.of(
        old.map(found -> found.finished(text.whole()))
            .orElseGet(() -> new VmRules(rules, text.whole())));
  }

  private void first(Element root) throws Refused {
    String policy = root.attribute("policy");
    if (!policy.equals("allow") && !policy.equals("deny")) {
      throw new Refused(
          "the first element says neither policy=\"allow\" nor policy=\"deny\"", root.where());
    }
    OldRules found = new OldRules(policy.equals("allow"), root.where());
    old = Optional.of(found);
    if (root.attributes().containsKey("dns")) {
      found.dns(root.attribute("dns").equals("allow"));
    }
    if (root.attributes().containsKey("icmp")) {
      found.icmp(root.attribute("icmp").equals("allow"));
    }
    found.yumProxy(root.attribute("yumProxy").equals("allow"));
    for (Element element : root.children()) {
      Map<String, String> values = oldRule(element);
      Map<String, String> checked = new LinkedHashMap<>(values);
      checked.put("action", "accept");
      if (isFine(checked, element)) {
        found.rule(values, element.where());
      }
    }
  }

  private static Map<String, String> oldRule(Element element) {
    Map<String, String> values = new LinkedHashMap<>();
    String address = element.attribute("address");
    String length = element.attribute("netmask");
    if (!address.isEmpty()) {
      values.put(
          "dsthost",
          length.isEmpty() || address.indexOf('/') >= 0 ? address : address + "/" + length);
    }
    String port = element.attribute("port").equals("0") ? "" : element.attribute("port");
    String to = element.attribute("toport");
    String proto = element.attribute("proto");
    proto = proto.isEmpty() && !port.isEmpty() ? "tcp" : proto.equals("any") ? "" : proto;
    if (!proto.isEmpty()) {
      values.put("proto", proto);
    }
    if (!port.isEmpty() && !proto.isEmpty()) {
      values.put(
          "dstports", to.isEmpty() || to.equals("0") || to.equals(port) ? port : port + "-" + to);
    }
    if (!element.attribute("expire").isEmpty()) {
      values.put("expire", element.attribute("expire"));
    }
    return values;
  }

  private void second(Element root) throws Refused {
    Element list =
        root.children().stream()
            .filter(e -> e.name().equals("rules"))
            .findFirst()
            .orElseThrow(() -> new Refused("there is no element `rules`", root.where()));
    for (Element element : list.children()) {
      Map<String, String> values = new LinkedHashMap<>();
      for (Element properties : element.children()) {
        for (Element property : properties.children()) {
          if (property.name().equals("property")) {
            values.put(property.attribute("name"), property.text());
          }
        }
      }
      if (isFine(values, element)) {
        rules.add(new FirewallRule(listed - 1, values, shown(element, values)));
      }
    }
  }

  /** A rule spans several lines: its words stand for them. */
  private static Source shown(Element element, Map<String, String> values) {
    Source where = element.where();
    return new Source(
        where.file(), where.line(), where.column(), new FirewallRule(0, values, where).words());
  }

  private boolean isFine(Map<String, String> values, Element element) throws Refused {
    listed++;
    if (listed > MOST_RULES) {
      throw new Refused(
          "more than " + MOST_RULES + " rules: the agent takes no more", element.where());
    }
    Optional<String> fault = RuleCheck.of(values);
    fault.ifPresent(
        what ->
            problems.error(
                "dom0-firewall-rule",
                what + ": dom0 can't read this rule, and so none of the VM",
                element.where(),
                0,
                "look at the rule in dom0 with `qvm-firewall VM`, and delete it"));
    complete &= fault.isEmpty();
    return fault.isEmpty();
  }

  private Element root() throws Refused {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, false);
    factory.setProperty(XMLInputFactory.IS_COALESCING, true);
    factory.setXMLResolver(
        (publicId, systemId, base, namespace) -> {
          throw new XMLStreamException("nothing outside the file is read");
        });
    try {
      XMLStreamReader reader = factory.createXMLStreamReader(new StringReader(text.text()));
      while (reader.hasNext()) {
        int event = reader.next();
        refuse(event, reader);
        if (event == XMLStreamConstants.START_ELEMENT) {
          Element root = element(reader, 1);
          while (reader.hasNext()) {
            refuse(reader.next(), reader);
          }
          return root;
        }
      }
    } catch (XMLStreamException e) {
      throw new Refused("no well-formed XML: " + reason(e), at(e.getLocation()));
    }
    throw new Refused("there is no element in the file", text.whole());
  }

  private Element element(XMLStreamReader reader, int depth) throws XMLStreamException, Refused {
    Source where = start(reader.getLocation());
    if (depth > MOST_DEPTH) {
      throw new Refused("elements are nested more than " + MOST_DEPTH + " deep", where);
    }
    String name = reader.getLocalName();
    Map<String, String> attributes = new LinkedHashMap<>();
    for (int i = 0; i < reader.getAttributeCount(); i++) {
      attributes.put(reader.getAttributeLocalName(i), reader.getAttributeValue(i).strip());
    }
    StringBuilder content = new StringBuilder();
    List<Element> children = new ArrayList<>();
    for (int event = reader.next();
        event != XMLStreamConstants.END_ELEMENT;
        event = reader.next()) {
      refuse(event, reader);
      if (event == XMLStreamConstants.START_ELEMENT) {
        children.add(element(reader, depth + 1));
      } else if (event == XMLStreamConstants.CHARACTERS || event == XMLStreamConstants.CDATA) {
        content.append(reader.getText());
      }
    }
    return new Element(name, attributes, content.toString().strip(), where, children);
  }

  private void refuse(int event, XMLStreamReader reader) throws Refused {
    if (event == XMLStreamConstants.DTD) {
      throw new Refused(
          "the file has a document type (<!DOCTYPE …>), which dom0 never writes: nothing of it is read",
          opening("<!DOCTYPE", reader.getLocation()));
    }
    if (event == XMLStreamConstants.ENTITY_REFERENCE) {
      throw new Refused(
          "the file refers to an entity, which dom0 never writes: nothing of it is read",
          at(reader.getLocation()));
    }
  }

  /** The place of the tag that ends here: attributes hold no bare {@code <}. */
  private Source start(Location end) {
    return opening("<", end);
  }

  private Source opening(String mark, Location end) {
    return text.at(Math.max(0, text.text().lastIndexOf(mark, Math.max(0, offset(end) - 1))));
  }

  private Source at(Location location) {
    return location == null ? text.whole() : text.at(offset(location));
  }

  private int offset(Location location) {
    int line = Math.max(1, Math.min(location.getLineNumber(), Math.max(1, text.lineCount())));
    int column = Math.max(1, location.getColumnNumber());
    return Math.min(text.text().length(), text.lineStart(line) + column - 1);
  }

  /** The parser's words without its own place and address lines. */
  private static String reason(XMLStreamException e) {
    String message = String.valueOf(e.getMessage());
    int at = message.indexOf("Message: ");
    String words = (at < 0 ? message : message.substring(at + 9)).replaceAll("\\s+", " ").strip();
    return words.length() > 160 ? words.substring(0, 160) + "…" : words;
  }
}

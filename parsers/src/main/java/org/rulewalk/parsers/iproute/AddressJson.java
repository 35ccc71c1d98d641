package org.rulewalk.parsers.iproute;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.rulewalk.parsers.source.Problems;
import org.rulewalk.parsers.source.SourceText;
import org.rulewalk.simulator.network.Interface;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.MacAddress;
import org.rulewalk.simulator.value.Prefix;

/** Reads {@code ip -j addr} and {@code ip -j link}, with or without {@code -d}. */
public final class AddressJson {
  private AddressJson() {}

  /** The interfaces of a listing, in its order. */
  public static List<Interface> parse(SourceText text, Problems problems) {
    List<Interface> interfaces = new ArrayList<>();
    for (JsonNode object : JsonListing.objects(text, problems)) {
      String name = object.path("ifname").asText();
      if (name.isEmpty()) {
        problems.warn("address-object", "an object without `ifname`", text.whole(), 0, "");
      } else {
        interfaces.add(read(object, name, text, problems));
      }
    }
    return interfaces;
  }

  private static Interface read(JsonNode object, String name, SourceText text, Problems problems) {
    InterfaceDraft draft = new InterfaceDraft(name, object.path("ifindex").asInt(), text.whole());
    List<String> flags = new ArrayList<>();
    object.path("flags").forEach(flag -> flags.add(flag.asText()));
    draft.flags(flags);
    if (object.has("mtu")) {
      draft.mtu(object.path("mtu").asInt());
    }
    if (object.has("master")) {
      draft.master(object.path("master").asText());
    }
    if (object.has("group")) {
      draft.group(object.path("group").asText(), problems, text.whole());
    }
    draft.kind(object.path("linkinfo").path("info_kind").asText());
    if (object.has("link_type")) {
      draft.type(object.path("link_type").asText());
    }
    MacAddress.parse(object.path("address").asText()).ifPresent(draft::mac);
    for (JsonNode address : object.path("addr_info")) {
      address(draft, address, text, problems);
    }
    return draft.finished();
  }

  private static void address(
      InterfaceDraft draft, JsonNode object, SourceText text, Problems problems) {
    if (object.isEmpty()) {
      return;
    }
    String length = "/" + object.path("prefixlen").asText();
    Optional<IpAddress> far = IpAddress.parse(object.path("address").asText());
    String local = object.path("local").asText();
    Optional<Prefix> own = Prefix.parse(far.isPresent() ? local : local + length);
    if (own.isEmpty()) {
      problems.warn(
          "address-object",
          "`" + draft.name() + "` has an address that is none: `" + local + "`",
          text.whole(),
          0,
          "");
      return;
    }
    AddressDraft address = new AddressDraft(own.get());
    address.peer = far.flatMap(peer -> Prefix.parse(peer + length));
    address.broadcast = IpAddress.parse(object.path("broadcast").asText());
    address.scope = Scopes.ofWord(object.path("scope").asText());
    Iterator<Map.Entry<String, JsonNode>> members = object.fields();
    while (members.hasNext()) {
      Map.Entry<String, JsonNode> member = members.next();
      if (member.getValue().asBoolean()) {
        address.flag(member.getKey());
      }
    }
    draft.address(address.finished());
  }
}

package org.rulewalk.diagnostics.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Neighbour;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.MacAddress;
import org.rulewalk.simulator.value.Prefix;
import org.rulewalk.simulator.value.Source;

/** {@code ip neigh} (ip/ipneigh.c). */
final class IpNeighbourTool {
  private static final List<String> VALUED = List.of("dev", "lladdr", "nud", "protocol", "to");
  private static final List<String> FLAGS =
      List.of("proxy", "router", "extern_learn", "managed", "use");

  private final Machine before;
  private final String verb;
  private final List<String> words;
  private final IpVersion version;

  IpNeighbourTool(Machine before, String verb, List<String> words, IpVersion version) {
    this.before = before;
    this.verb = verb;
    this.words = words;
    this.version = version;
  }

  private boolean is(String name, int least) {
    return IpTool.isCalled(verb, name, least);
  }

  Outcome run() {
    if (is("flush", 1)) {
      return flush();
    }
    if (!is("add", 1) && !is("change", 1) && !is("replace", 1) && !is("delete", 1)) {
      return IpTool.unknownCommand(before, "neigh", verb);
    }
    Optional<String> mac = IpTool.after(words, "lladdr");
    Optional<String> to = destination();
    Optional<IpAddress> address = to.flatMap(IpAddress::parse);
    if (to.isPresent() && address.isEmpty()) {
      return IpTool.expected(before, "any valid address", to.get());
    }
    Optional<String> device = IpTool.after(words, "dev");
    if (address.isEmpty() || device.isEmpty()) {
      return Outcome.refused(before, 255, "Device and destination are required arguments.");
    }
    if (before.find(device.get()).isEmpty()) {
      return IpTool.noDevice(before, device.get());
    }
    if (mac.isPresent() && MacAddress.parse(mac.get()).isEmpty()) {
      return Outcome.refused(before, 1, "\"" + mac.get() + "\" is invalid lladdr.");
    }
    String state = IpTool.after(words, "nud").orElse("permanent").toUpperCase(Locale.ROOT);
    boolean proxy = words.contains("proxy");
    return put(
        new Neighbour(
            address.get(),
            device.get(),
            mac.flatMap(MacAddress::parse),
            proxy ? "NONE" : state,
            proxy,
            Source.NONE));
  }

  private Optional<String> destination() {
    for (int i = 0; i < words.size(); i++) {
      if (words.get(i).equals("to")) {
        return IpTool.after(words, "to");
      }
      if (VALUED.contains(words.get(i))) {
        i++;
      } else if (!FLAGS.contains(words.get(i))) {
        return Optional.of(words.get(i));
      }
    }
    return Optional.empty();
  }

  private Outcome put(Neighbour named) {
    List<Neighbour> left = new ArrayList<>(before.neighbours());
    boolean there =
        left.removeIf(
            each ->
                each.address().equals(named.address())
                    && each.device().equals(named.device())
                    && each.proxy() == named.proxy());
    if (is("delete", 1)) {
      return there
          ? Outcome.changed(before.withNeighbours(left))
          : IpTool.answer(before, "No such file or directory");
    }
    if (is("add", 1) && there && !named.proxy()) {
      return IpTool.answer(before, "File exists");
    }
    if (is("change", 1) && !there) {
      return IpTool.answer(before, "No such file or directory");
    }
    left.add(named);
    return Outcome.changed(before.withNeighbours(left));
  }

  /** Unless a state is named, what was set by hand stays. */
  private Outcome flush() {
    Optional<String> device = IpTool.after(words, "dev");
    Optional<String> state = IpTool.after(words, "nud").map(s -> s.toUpperCase(Locale.ROOT));
    Optional<Prefix> to = destination().filter(word -> !word.equals("all")).flatMap(Prefix::parse);
    boolean all = words.contains("all");
    if (device.isEmpty() && state.isEmpty() && to.isEmpty() && !all) {
      return Outcome.notUnderstood(before, "which neighbours are flushed is not worked out here");
    }
    if (device.isPresent() && before.find(device.get()).isEmpty()) {
      return IpTool.noDevice(before, device.get());
    }
    boolean every = state.filter("ALL"::equals).isPresent();
    List<Neighbour> left =
        before.neighbours().stream()
            .filter(
                each ->
                    each.proxy()
                        || device.isPresent() && !device.get().equals(each.device())
                        || to.isPresent() && !to.get().contains(each.address())
                        || to.isEmpty() && isOther(each)
                        || !(every || state.map(each.state()::equals).orElse(!each.isPermanent())))
            .toList();
    return Outcome.changed(before.withNeighbours(left));
  }

  private boolean isOther(Neighbour each) {
    return version == IpVersion.IPV6 && each.address().version() != version;
  }
}

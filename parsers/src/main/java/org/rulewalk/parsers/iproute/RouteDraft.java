package org.rulewalk.parsers.iproute;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.rulewalk.simulator.network.Interface.Scope;
import org.rulewalk.simulator.network.Route;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.Prefix;
import org.rulewalk.simulator.value.Source;

/** A route while its lines are read. */
final class RouteDraft {
  private Prefix destination;
  private final Route.Type type;
  private final Source place;
  private final List<Route.Hop> hops = new ArrayList<>();
  private int table = Route.TABLE_MAIN;
  private long metric;
  private Scope scope = Scope.GLOBAL;
  private int tos;
  private Optional<IpAddress> source = Optional.empty();
  private OptionalLong mtu = OptionalLong.empty();
  private boolean mtuLocked;

  private Optional<IpAddress> gateway = Optional.empty();
  private String device = "";
  private boolean onlink;
  private boolean dead;
  private boolean realm;
  private int weight = 1;

  RouteDraft(Prefix destination, Route.Type type, Source place) {
    this.destination = destination;
    this.type = type;
    this.place = place;
  }

  /** What follows belongs to another next hop. */
  void nextHop() {
    if (gateway.isPresent() || !device.isEmpty()) {
      hops.add(new Route.Hop(gateway, device, onlink, weight, dead, realm));
    }
    gateway = Optional.empty();
    device = "";
    onlink = false;
    dead = false;
    realm = false;
    weight = 1;
  }

  void gateway(Optional<IpAddress> address) {
    gateway = address;
  }

  /** Only IPv6 routes look like this: `default` means all of IPv6. */
  void version6() {
    if (destination.length() == 0) {
      destination = Prefix.all(IpVersion.IPV6);
    }
  }

  void device(String name) {
    device = name;
  }

  void onlink() {
    onlink = true;
  }

  void dead() {
    dead = true;
  }

  void realm() {
    realm = true;
  }

  void weight(int share) {
    weight = share;
  }

  void table(int number) {
    table = number;
  }

  void metric(long number) {
    metric = number;
  }

  void scope(Scope read) {
    scope = read;
  }

  void tos(int value) {
    tos = value;
  }

  void source(Optional<IpAddress> address) {
    source = address;
  }

  void mtu(long bytes, boolean locked) {
    mtu = OptionalLong.of(bytes);
    mtuLocked = locked;
  }

  Route finished() {
    nextHop();
    return new Route(
        destination, type, table, metric, hops, source, scope, tos, mtu, place, mtuLocked);
  }
}

package org.rulewalk.parsers.host;

import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import org.rulewalk.simulator.network.TrackedConnection;
import org.rulewalk.simulator.network.TrackedConnection.Endpoints;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.Source;

/** A tracked connection while the words of its line are read. */
final class ConntrackDraft {
  private static final OptionalLong UNMARKED = OptionalLong.of(0);

  private final Function<String, Optional<IpAddress>> addresses;
  private final Direction original = new Direction();
  private final Direction reply = new Direction();
  private final Set<String> flags = new HashSet<>();
  private int bare;
  private int protocol = -1;
  private long timeoutSeconds;
  private String state = "";
  private OptionalLong mark = OptionalLong.empty();
  private int zone;
  private Optional<String> helper = Optional.empty();
  private boolean inReply;
  private boolean broken;

  ConntrackDraft(Function<String, Optional<IpAddress>> addresses) {
    this.addresses = addresses;
  }

  /** One direction's addresses and ports. */
  private static final class Direction {
    private Optional<IpAddress> source = Optional.empty();
    private Optional<IpAddress> destination = Optional.empty();
    private int sourcePort;
    private int destinationPort;

    private boolean isComplete() {
      return source.isPresent() && destination.isPresent();
    }

    private Endpoints endpoints() {
      return new Endpoints(
          source.orElseThrow(), destination.orElseThrow(), sourcePort, destinationPort);
    }
  }

  void word(String word) {
    int equals = word.indexOf('=');
    if (equals > 0) {
      value(word.substring(0, equals), word.substring(equals + 1));
    } else if (word.startsWith("[") && word.endsWith("]")) {
      flags.add(word.substring(1, word.length() - 1));
    } else {
      bareWord(word);
    }
  }

  /** Protocol name, number, timeout, state; before them {@code ipv4 2} in the extended form. */
  private void bareWord(String word) {
    boolean family = bare == 0 && (word.equals("ipv4") || word.equals("ipv6"));
    if (family) {
      bare = -1;
      return;
    }
    bare++;
    if (bare == 2) {
      protocol = (int) Decimal.parse(word);
      broken |= protocol < 0 || protocol > 255;
    } else if (bare == 3 && Decimal.parse(word) >= 0) {
      timeoutSeconds = Decimal.parse(word);
    } else if (bare >= 3) {
      state = word;
    }
  }

  private void value(String key, String value) {
    switch (key) {
      case "src":
        inReply = original.source.isPresent();
        direction().source = address(value);
        break;
      case "dst":
        direction().destination = address(value);
        break;
      case "sport":
      case "id":
        identifier(key, value);
        break;
      case "dport":
        direction().destinationPort = port(value);
        break;
      case "type":
        direction().destinationPort += port(value) << 8;
        break;
      case "code":
        direction().destinationPort += port(value);
        break;
      case "srckey":
        direction().sourcePort = key(value);
        break;
      case "dstkey":
        direction().destinationPort = key(value);
        break;
      case "mark":
        long number = Decimal.parse(value);
        broken |= number < 0;
        mark = number == 0 ? UNMARKED : OptionalLong.of(number);
        break;
      case "zone":
        zone = port(value);
        break;
      case "helper":
        helper = Optional.of(value);
        break;
      default:
        // counters, use, secctx, times: of no consequence
        break;
    }
  }

  private Direction direction() {
    return inReply ? reply : original;
  }

  /**
   * {@code id=} is an echo's identifier in each direction; with {@code -o id} the entry's own comes
   * last.
   */
  private void identifier(String key, String value) {
    boolean ofEntry = key.equals("id") && protocol != 1 && protocol != 58;
    long number = Decimal.parse(value);
    if (!ofEntry && number >= 0 && number <= 0xffff && direction().sourcePort == 0) {
      direction().sourcePort = (int) number;
    }
  }

  private Optional<IpAddress> address(String value) {
    Optional<IpAddress> address = addresses.apply(value);
    broken |= address.isEmpty();
    return address;
  }

  private int port(String value) {
    int port = Decimal.port(value);
    broken |= port < 0;
    return Math.max(0, port);
  }

  /** A GRE key in hexadecimal. */
  private static int key(String value) {
    try {
      return Integer.decode(value) & 0xffff;
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  boolean isComplete() {
    return !broken && protocol >= 0 && original.isComplete() && reply.isComplete();
  }

  Set<String> flags() {
    return flags;
  }

  String state() {
    return state;
  }

  TrackedConnection finished(String sharedState, Set<String> sharedFlags, Source source) {
    return new TrackedConnection(
        protocol,
        original.endpoints(),
        reply.endpoints(),
        sharedState,
        sharedFlags,
        mark,
        zone,
        timeoutSeconds,
        helper,
        source);
  }
}

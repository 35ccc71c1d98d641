package org.rulewalk.simulator.symbolic;

import java.util.Optional;
import org.rulewalk.simulator.rules.CtKey;
import org.rulewalk.simulator.rules.Expression;
import org.rulewalk.simulator.rules.Hook;
import org.rulewalk.simulator.rules.MetaKey;

/** Something of a packet that sets of packets tell apart: a number of so many bits. */
public sealed interface Fact {
  /** Width in bits. */
  int width();

  /** What every packet has. Bits of headers are counted from their first, most significant one. */
  enum Part implements Fact {
    /** 0 for IPv4, 1 for IPv6. */
    VERSION(1),
    /** The protocol field of IPv4, or the first next-header field of IPv6. */
    PROTOCOL_FIELD(8),
    /** IPv6 with extension headers: the protocol above them. */
    UPPER_PROTOCOL(8),
    /** IPv6 with extension headers: whether the protocol above them can be found. */
    UPPER_KNOWN(1),
    /** IPv6 with extension headers: whether it is a fragment, and not the first. */
    LATER_FRAGMENT(1),
    /** IPv6 with extension headers: whether an authentication header is among them. */
    AUTHENTICATION(1),
    /** Bytes from the upper-layer header on; 255 for as many or more. */
    TRANSPORT_LENGTH(8),
    /** Bits of the IPv4 header without options. */
    NETWORK4(160),
    /** Bits of the IPv6 header. */
    NETWORK6(320),
    /** Bits of the upper-layer header, of whatever protocol, and what it carries. */
    TRANSPORT(2040),
    /** The same from an IPv6 authentication header on. */
    AUTHENTICATION_LENGTH(8),
    /** Bits of an IPv6 authentication header, and of what follows. */
    AUTHENTICATION_HEADER(2040),
    /** Whether the packet is new, established or related. */
    CT_SEEN(1),
    /** If seen: whether it is new. If not: whether it is untracked. */
    CT_NEW(1),
    /** If seen and not new: whether it is related, not established. */
    CT_RELATED(1),
    /** If new: whether its connection is only made ready, by iptables' CT. */
    CT_TEMPLATE(1),
    /** Whether it has a link-layer header whose addresses are known. */
    LINK_PRESENT(1),
    /** Bits of the Ethernet header. */
    LINK(112);

    private final int width;

    Part(int width) {
      this.width = width;
    }

    @Override
    public int width() {
      return width;
    }
  }

  /** Metadata. Interfaces are their names; those by index, too. */
  record Meta(MetaKey key) implements Fact {
    @Override
    public int width() {
      return key.width();
    }
  }

  /** A property of its connection. */
  record Connection(CtKey key, Optional<CtKey.Direction> direction) implements Fact {
    @Override
    public int width() {
      return key.width();
    }
  }

  /**
   * Something that is looked at as a whole, such as a TCP option or an answer of routing.
   *
   * @param place where it is asked, if the answer depends on it
   */
  record Looked(Expression expression, Optional<Place> place, int width) implements Fact {}

  /** A hook of a machine. */
  record Place(String machine, Hook hook) {}

  /** Whether the packet has what another fact is about. */
  record Present(Fact of) implements Fact {
    @Override
    public int width() {
      return 1;
    }
  }

  /**
   * The answer to a question that has no simpler meaning here, such as a search for a text.
   *
   * @param place where it is asked, if the answer depends on it
   */
  record Tested(Question question, Optional<Place> place) implements Fact {
    @Override
    public int width() {
      return 1;
    }
  }

  /**
   * The outcome of something that no fact of the packet decides: chance, a rate, the clock.
   *
   * @param subject what is in doubt
   * @param time which occurrence of the subject in one run, from 0
   */
  record Doubtful(Object subject, int time) implements Fact {
    @Override
    public int width() {
      return 1;
    }
  }
}

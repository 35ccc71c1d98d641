package org.rulewalk.simulator.conntrack;

import java.util.Optional;
import org.rulewalk.simulator.rules.CtKey;

/**
 * What a packet carries of connection tracking (skb-&gt;_nfct).
 *
 * @param connection the connection; empty for untracked and invalid packets
 * @param info how the packet relates to it
 */
public record Association(Optional<Connection> connection, Info info) {
  /** Not seen by connection tracking, or found invalid. */
  public static final Association NONE = new Association(Optional.empty(), Info.NONE);

  /** Taken out of tracking. */
  public static final Association UNTRACKED = new Association(Optional.empty(), Info.UNTRACKED);

  /** Not seen yet, with a connection made ready that no packet has begun. */
  public static final Association TEMPLATE = new Association(Optional.empty(), Info.NEW);

  /** Relations of a packet to its connection (enum ip_conntrack_info). */
  public enum Info {
    /** None. */
    NONE,
    /** Original direction, answers seen. */
    ESTABLISHED,
    /** An error about it, or a connection that it announced; original direction. */
    RELATED,
    /** Original direction, no answer seen. */
    NEW,
    /** An answer. */
    ESTABLISHED_REPLY,
    /** An error about it in reply direction. */
    RELATED_REPLY,
    /** Not to be tracked. */
    UNTRACKED
  }

  /** A packet of a connection. */
  public static Association of(Connection connection, Info info) {
    return new Association(Optional.of(connection), info);
  }

  /** Whether the packet goes the way of answers. */
  public boolean isReply() {
    return info == Info.ESTABLISHED_REPLY || info == Info.RELATED_REPLY;
  }

  /** Whether the packet is an error about the connection, or announced by another. */
  public boolean isRelated() {
    return info == Info.RELATED || info == Info.RELATED_REPLY;
  }

  /** The one bit of {@link CtKey#STATE} that is set. */
  public int stateBit() {
    if (connection.isEmpty() && info != Info.NEW) {
      return info == Info.UNTRACKED ? CtKey.STATE_UNTRACKED : CtKey.STATE_INVALID;
    }
    switch (info) {
      case ESTABLISHED:
      case ESTABLISHED_REPLY:
        return CtKey.STATE_ESTABLISHED;
      case RELATED:
      case RELATED_REPLY:
        return CtKey.STATE_RELATED;
      default:
        return CtKey.STATE_NEW;
    }
  }
}

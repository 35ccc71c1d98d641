package org.rulewalk.parsers.nft;

import java.util.List;
import org.rulewalk.simulator.rules.Table;

/**
 * What a listing of nft tables holds.
 *
 * @param tables in the order of the listing, which is that of their creation
 * @param rules how many rules were read
 * @param understood how many of them were understood in every part
 */
public record NftListing(List<Table> tables, int rules, int understood) {
  /** Keeps a copy. */
  public NftListing {
    tables = List.copyOf(tables);
  }
}

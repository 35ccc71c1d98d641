package org.rulewalk.diagnostics.words;

import java.util.List;
import java.util.stream.Collectors;
import org.rulewalk.simulator.rules.DataType;
import org.rulewalk.simulator.rules.Expression;

/** The name and type of what an expression looks at, as nft writes it. */
final class FieldWords implements Expression.Cases<FieldWords.Named> {
  static final FieldWords INSTANCE = new FieldWords();

  private FieldWords() {}

  /** A name with the types of its parts. */
  record Named(String name, List<DataType> types) {
    Named(String name, DataType type) {
      this(name, List.of(type));
    }
  }

  @Override
  public Named constant(Expression.Constant constant) {
    return new Named(ValueWords.of(constant.value(), List.of(constant.type())), constant.type());
  }

  @Override
  public Named header(Expression.Header header) {
    return new Named(header.field().nftName(), header.field().type());
  }

  @Override
  public Named raw(Expression.RawPayload raw) {
    return new Named(
        "bits " + raw.bitOffset() + " to " + (raw.bitOffset() + raw.width() - 1), DataType.INTEGER);
  }

  @Override
  public Named meta(Expression.Meta meta) {
    boolean bare = meta.key().word().startsWith("iif") || meta.key().word().startsWith("oif");
    return new Named(bare ? meta.key().word() : "meta " + meta.key().word(), meta.key().type());
  }

  @Override
  public Named ct(Expression.Ct ct) {
    String direction =
        ct.direction().map(d -> d.name().toLowerCase(java.util.Locale.ROOT) + " ").orElse("");
    return new Named("ct " + direction + ct.key().word(), ct.key().type());
  }

  @Override
  public Named fib(Expression.Fib fib) {
    String selectors =
        fib.query().selectors().stream()
            .map(s -> s.name().toLowerCase(java.util.Locale.ROOT))
            .sorted()
            .collect(Collectors.joining(" . "));
    return new Named("fib " + selectors, DataType.INTEGER);
  }

  @Override
  public Named route(Expression.Route route) {
    return new Named(
        "rt " + route.key().name().toLowerCase(java.util.Locale.ROOT), DataType.INTEGER);
  }

  @Override
  public Named tcpOption(Expression.TcpOption option) {
    return new Named("tcp option " + option.kind(), DataType.INTEGER);
  }

  @Override
  public Named ipOption(Expression.IpOption option) {
    return new Named("ip option " + option.kind().word(), DataType.INTEGER);
  }

  @Override
  public Named extension(Expression.Extension extension) {
    return new Named("IPv6 extension " + extension.nextHeader(), DataType.INTEGER);
  }

  @Override
  public Named sctpChunk(Expression.SctpChunk chunk) {
    return new Named("SCTP chunk " + chunk.type(), DataType.INTEGER);
  }

  @Override
  public Named binary(Expression.Binary binary) {
    return binary.left().fold(this);
  }

  @Override
  public Named concatenation(Expression.Concatenation concatenation) {
    List<Named> parts = concatenation.parts().stream().map(part -> part.fold(this)).toList();
    return new Named(
        parts.stream().map(Named::name).collect(Collectors.joining(" . ")),
        parts.stream().flatMap(part -> part.types().stream()).toList());
  }

  @Override
  public Named map(Expression.MapLookup lookup) {
    return new Named("map of " + lookup.key().fold(this).name(), DataType.INTEGER);
  }

  @Override
  public Named opaque(Expression.Opaque opaque) {
    return new Named(opaque.text(), DataType.INTEGER);
  }
}

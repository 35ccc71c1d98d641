package org.rulewalk.parsers.nft;

import java.util.List;
import org.rulewalk.simulator.rules.DataType;
import org.rulewalk.simulator.rules.Expression;

/** What the values of an expression mean: one type a part of a concatenation. */
final class ExpressionTypes implements Expression.Cases<List<DataType>> {
  private static final ExpressionTypes CASES = new ExpressionTypes();

  private ExpressionTypes() {}

  static List<DataType> of(Expression expression) {
    return expression.fold(CASES);
  }

  @Override
  public List<DataType> constant(Expression.Constant constant) {
    return List.of(constant.type());
  }

  @Override
  public List<DataType> header(Expression.Header header) {
    return List.of(header.field().type());
  }

  @Override
  public List<DataType> raw(Expression.RawPayload raw) {
    return List.of(DataType.INTEGER);
  }

  @Override
  public List<DataType> meta(Expression.Meta meta) {
    return List.of(meta.key().type());
  }

  @Override
  public List<DataType> ct(Expression.Ct ct) {
    return List.of(ct.key().type());
  }

  @Override
  public List<DataType> fib(Expression.Fib fib) {
    switch (fib.query().result()) {
      case OIF:
        return List.of(DataType.IFACE_INDEX);
      case OIFNAME:
        return List.of(DataType.IFNAME);
      case TYPE:
        return List.of(DataType.FIB_ADDRTYPE);
      default:
        return List.of(DataType.BOOLEAN);
    }
  }

  @Override
  public List<DataType> route(Expression.Route route) {
    switch (route.key()) {
      case CLASSID:
        return List.of(DataType.REALM);
      case NEXTHOP_IP:
        return List.of(DataType.IPV4_ADDR);
      case NEXTHOP_IP6:
        return List.of(DataType.IPV6_ADDR);
      case TCP_MSS:
        return List.of(DataType.INTEGER);
      default:
        return List.of(DataType.BOOLEAN);
    }
  }

  @Override
  public List<DataType> tcpOption(Expression.TcpOption option) {
    return List.of(option.byteLength() == 0 ? DataType.BOOLEAN : DataType.INTEGER);
  }

  @Override
  public List<DataType> ipOption(Expression.IpOption option) {
    return List.of(option.byteLength() == 0 ? DataType.BOOLEAN : DataType.INTEGER);
  }

  @Override
  public List<DataType> extension(Expression.Extension extension) {
    return List.of(FieldText.type(extension));
  }

  @Override
  public List<DataType> sctpChunk(Expression.SctpChunk chunk) {
    return List.of(chunk.width() == 0 ? DataType.BOOLEAN : DataType.INTEGER);
  }

  @Override
  public List<DataType> binary(Expression.Binary binary) {
    return binary.left().fold(this);
  }

  @Override
  public List<DataType> concatenation(Expression.Concatenation concatenation) {
    return concatenation.parts().stream().map(part -> part.fold(this).get(0)).toList();
  }

  @Override
  public List<DataType> map(Expression.MapLookup lookup) {
    return List.of(DataType.INTEGER);
  }

  @Override
  public List<DataType> opaque(Expression.Opaque opaque) {
    return List.of(opaque.text().startsWith("osf") ? DataType.STRING : DataType.INTEGER);
  }
}

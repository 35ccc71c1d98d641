package org.rulewalk.simulator.rules;

import java.util.List;

/**
 * Goes through everything that a rule is made of, in order. Subclasses take what they look for;
 * what they do not take is passed over.
 */
public abstract class Parts
    implements Statement.Cases<Void>, Match.Cases<Void>, Expression.Cases<Void> {

  /** Goes through a rule. */
  public final void read(Rule rule) {
    all(rule.statements());
  }

  /** Goes through a test. */
  public final void read(Match match) {
    part(match);
  }

  /** Goes through the elements of a set or map. */
  public final void read(ElementSet elements) {
    for (ElementSet.Element element : elements.elements()) {
      element.verdict().ifPresent(this::verdict);
      element.object().ifPresent(this::anyObject);
      all(element.attributes().statements());
    }
  }

  /** A jump or goto to a chain of the same table. */
  protected void chain(String name) {}

  /** A set or map of the same table. */
  protected void set(String name) {}

  /** A set of the same table that a rule adds to, or a meter that the rule itself makes. */
  protected void changedSet(String name) {}

  /** An object of the same table. */
  protected void object(StatefulObject.Kind kind, String name) {}

  /** An object whose kind its map tells. */
  protected void anyObject(String name) {}

  /** A set of the ipset tool. */
  protected void ipset(String name) {}

  /** A test that is no combination of others. */
  protected void test(Match match) {}

  /** Something that is looked at, or a value, that is made of nothing else. */
  protected void leaf(Expression expression) {}

  private void all(List<? extends Statement> statements) {
    for (Statement statement : statements) {
      statement.fold((Statement.Cases<Void>) this);
    }
  }

  private Void verdict(Verdict verdict) {
    if (verdict instanceof Verdict.Jump) {
      chain(((Verdict.Jump) verdict).chain());
    } else if (verdict instanceof Verdict.Goto) {
      chain(((Verdict.Goto) verdict).chain());
    }
    return null;
  }

  private Void reference(SetReference reference) {
    if (reference instanceof SetReference.Named) {
      set(((SetReference.Named) reference).name());
    } else {
      read(((SetReference.Anonymous) reference).elements());
    }
    return null;
  }

  private Void expression(Expression expression) {
    return expression.fold((Expression.Cases<Void>) this);
  }

  private Void part(Match match) {
    return match.fold((Match.Cases<Void>) this);
  }

  @Override
  public final Void match(Match match) {
    return part(match);
  }

  @Override
  public final Void decide(Statement.Decide statement) {
    return verdict(statement.verdict());
  }

  @Override
  public final Void decideByMap(Statement.DecideByMap statement) {
    expression(statement.key());
    return reference(statement.map());
  }

  @Override
  public final Void reject(Statement.Reject statement) {
    return null;
  }

  @Override
  public final Void nat(Statement.Nat statement) {
    statement.address().ifPresent(this::expression);
    statement.addressMax().ifPresent(this::expression);
    statement.port().ifPresent(this::expression);
    statement.portMax().ifPresent(this::expression);
    return null;
  }

  @Override
  public final Void setMeta(Statement.SetMeta statement) {
    return expression(statement.value());
  }

  @Override
  public final Void setCt(Statement.SetCt statement) {
    return expression(statement.value());
  }

  @Override
  public final Void setHeader(Statement.SetHeader statement) {
    return expression(statement.value());
  }

  @Override
  public final Void setMaximumSegment(Statement.SetMaximumSegment statement) {
    statement.size().ifPresent(this::expression);
    return null;
  }

  @Override
  public final Void copyMark(Statement.CopyMark statement) {
    return null;
  }

  @Override
  public final Void changeTtl(Statement.ChangeTtl statement) {
    return null;
  }

  @Override
  public final Void translatePrefix(Statement.TranslatePrefix statement) {
    return null;
  }

  @Override
  public final Void stripOptions(Statement.StripTcpOptions statement) {
    return null;
  }

  @Override
  public final Void updateIpset(Statement.IpsetUpdate statement) {
    ipset(statement.set());
    return null;
  }

  @Override
  public final Void duplicate(Statement.Duplicate statement) {
    statement.gateway().ifPresent(this::expression);
    statement.device().ifPresent(this::expression);
    return null;
  }

  @Override
  public final Void passOn(Statement.PassOn statement) {
    statement.neighbour().ifPresent(to -> expression(to.address()));
    return expression(statement.device());
  }

  @Override
  public final Void notrack(Statement.Notrack statement) {
    return null;
  }

  @Override
  public final Void useObject(Statement.UseObject statement) {
    if (!statement.name().isEmpty()) {
      object(statement.kind(), statement.name());
    }
    statement.map().ifPresent(this::decideByMap);
    return null;
  }

  @Override
  public final Void setUpdate(Statement.SetUpdate statement) {
    changedSet(statement.set());
    expression(statement.key());
    statement.data().ifPresent(this::expression);
    all(statement.statements());
    return null;
  }

  @Override
  public final Void note(Statement.Note statement) {
    return null;
  }

  @Override
  public final Void opaque(Statement.Opaque statement) {
    return null;
  }

  @Override
  public final Void compare(Match.Compare match) {
    test(match);
    expression(match.left());
    return expression(match.right());
  }

  @Override
  public final Void range(Match.InRange match) {
    test(match);
    return expression(match.left());
  }

  @Override
  public final Void set(Match.InSet match) {
    test(match);
    expression(match.left());
    return reference(match.set());
  }

  @Override
  public final Void bits(Match.HasBits match) {
    test(match);
    return expression(match.left());
  }

  @Override
  public final Void all(Match.AllOf match) {
    match.parts().forEach(this::part);
    return null;
  }

  @Override
  public final Void any(Match.AnyOf match) {
    match.parts().forEach(this::part);
    return null;
  }

  @Override
  public final Void not(Match.Not match) {
    return part(match.part());
  }

  @Override
  public final Void limit(Match.RateLimit match) {
    test(match);
    return null;
  }

  @Override
  public final Void quota(Match.Quota match) {
    test(match);
    return null;
  }

  @Override
  public final Void extension(Match.Extension match) {
    test(match);
    XtMatch of = match.match();
    if (of instanceof XtMatch.SetMembership) {
      ipset(((XtMatch.SetMembership) of).name());
    } else if (of instanceof XtMatch.Conntrack) {
      ((XtMatch.Conntrack) of).others().forEach(this::part);
    }
    return null;
  }

  @Override
  public final Void unknown(Match.Unknown match) {
    test(match);
    return null;
  }

  @Override
  public final Void constant(Expression.Constant constant) {
    leaf(constant);
    return null;
  }

  @Override
  public final Void header(Expression.Header header) {
    leaf(header);
    return null;
  }

  @Override
  public final Void raw(Expression.RawPayload raw) {
    leaf(raw);
    return null;
  }

  @Override
  public final Void meta(Expression.Meta meta) {
    leaf(meta);
    return null;
  }

  @Override
  public final Void ct(Expression.Ct ct) {
    leaf(ct);
    return null;
  }

  @Override
  public final Void fib(Expression.Fib fib) {
    leaf(fib);
    return null;
  }

  @Override
  public final Void route(Expression.Route route) {
    leaf(route);
    return null;
  }

  @Override
  public final Void tcpOption(Expression.TcpOption option) {
    leaf(option);
    return null;
  }

  @Override
  public final Void extension(Expression.Extension extension) {
    leaf(extension);
    return null;
  }

  @Override
  public final Void ipOption(Expression.IpOption option) {
    leaf(option);
    return null;
  }

  @Override
  public final Void sctpChunk(Expression.SctpChunk chunk) {
    leaf(chunk);
    return null;
  }

  @Override
  public final Void binary(Expression.Binary binary) {
    expression(binary.left());
    return expression(binary.right());
  }

  @Override
  public final Void concatenation(Expression.Concatenation concatenation) {
    concatenation.parts().forEach(this::expression);
    return null;
  }

  @Override
  public final Void map(Expression.MapLookup lookup) {
    expression(lookup.key());
    return reference(lookup.map());
  }

  @Override
  public final Void opaque(Expression.Opaque opaque) {
    leaf(opaque);
    return null;
  }
}

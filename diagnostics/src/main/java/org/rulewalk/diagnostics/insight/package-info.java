/**
 * What a fault is called by those who know PedOS: a stale NetVM, a sender that is not the one PedOS
 * knows, names that nobody resolves. {@link org.rulewalk.diagnostics.insight.Insights} looks at a
 * place where a packet stopped and proposes {@link org.rulewalk.diagnostics.insight.Insight}s;
 * {@link org.rulewalk.diagnostics.insight.Cures} makes the same network without the fault. Whether
 * one is true, {@code why} finds out by asking again. No words for people here.
 */
package org.rulewalk.diagnostics.insight;

/**
 * Journals: journalctl's short forms, dmesg and JSON, read as a stream of any length, and the
 * packets that the kernel's log lines show. What messages mean is not decided here.
 *
 * <p>Start with {@link org.rulewalk.parsers.journal.JournalReader}. Sources: man journalctl(1),
 * systemd's src/shared/logs-show.c, the kernel's net/netfilter/nf_log_syslog.c.
 */
package org.rulewalk.parsers.journal;

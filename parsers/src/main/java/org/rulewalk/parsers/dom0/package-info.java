/** What dom0 of PedOS knows about its VMs: their firewall rules, as listed and as stored. */
package org.rulewalk.parsers.dom0;

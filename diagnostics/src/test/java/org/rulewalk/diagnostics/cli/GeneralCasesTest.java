package org.rulewalk.diagnostics.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rulewalk.fixtures.Fixtures;

/** Failures that people report of Linux firewalls: each recording, its question, its answer. */
class GeneralCasesTest {
  private static final String SITE = "203.0.113.80";
  private static final String OUTSIDE = "198.51.100.77";

  @TempDir private Path folder;

  private int status;
  private String screen = "";

  private void run(String... words) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    status =
        Rulewalk.run(words, new Terminal(new PrintWriter(out), new PrintWriter(err), false, false));
    screen = out.toString();
    assertTrue(err.toString().isEmpty(), err.toString());
  }

  private static String capture(String name) {
    return Fixtures.named(name).capture().toString();
  }

  private JsonNode json(String... words) throws IOException {
    List<String> all = new ArrayList<>(List.of(words));
    all.add("--json");
    run(all.toArray(new String[0]));
    return new ObjectMapper().readTree(screen);
  }

  private JsonNode why(String capture, String from, String to, String service, String... more)
      throws IOException {
    List<String> words = new ArrayList<>(List.of("why", capture, from, to, service));
    words.addAll(List.of(more));
    return json(words.toArray(new String[0]));
  }

  /** A recording without one of its files. */
  private String without(String name, String... files) throws IOException {
    Path from = Fixtures.named(name).capture();
    Path to = folder.resolve(name);
    try (Stream<Path> paths = Files.walk(from)) {
      for (Path path : (Iterable<Path>) paths::iterator) {
        Path copy = to.resolve(from.relativize(path).toString());
        if (Files.isDirectory(path)) {
          Files.createDirectories(copy);
        } else {
          Files.copy(path, copy);
        }
      }
    }
    for (String file : files) {
      Files.delete(to.resolve(file));
    }
    return to.toString();
  }

  private static void expect(JsonNode answer, String... causes) {
    List<String> found = new ArrayList<>();
    for (JsonNode cause : answer.path("causes")) {
      found.add(
          cause.path("kind").asText()
              + " "
              + cause.path("machine").asText()
              + " "
              + (cause.path("chain").isNull() ? "" : cause.path("chain").asText())
              + (cause.path("rule").isNumber() ? " " + cause.path("rule").asInt() : ""));
    }
    assertEquals(List.of(causes), found);
  }

  private static String now(JsonNode answer, int fix) {
    return answer.path("fixes").path(fix).path("now").toString();
  }

  private static JsonNode warning(JsonNode answer, String kind) {
    for (JsonNode warning : answer.path("warnings")) {
      if (warning.path("kind").asText().equals(kind)) {
        return warning;
      }
    }
    throw new AssertionError("no warning " + kind + ": " + answer.path("warnings"));
  }

  private static boolean needs(JsonNode answer, String file, boolean decides) {
    for (JsonNode assumed : answer.path("assumptions")) {
      if (assumed.path("missing").asText().equals(file)
          && assumed.path("decides").asBoolean() == decides) {
        return true;
      }
    }
    return false;
  }

  @Test
  void whatAVpnVmForwardsInClearIsTold() throws IOException {
    JsonNode answer = why(capture("vpn-forwarded-in-clear"), "client", SITE, "tcp/443");
    assertEquals(0, status);
    JsonNode split = warning(answer, "routing-split");
    assertEquals(
        "Packets that vpn forwards use routing table main and leave by eth0; its own to the same place use table"
            + " 51820 and leave by tun0. The rule \"100: from all fwmark 0x1 lookup 51820\" asks for a mark that"
            + " only packets of vpn itself get.",
        split.path("text").asText());
    assertEquals("vms/vpn/ip-rule.txt", split.path("source").path("file").asText());
    assertEquals(
        "[\"ip rule add lookup main suppress_prefixlength 0 priority 98\","
            + "\"ip rule add not iif lo lookup 51820 priority 99\"]",
        split.path("now").toString());
  }

  @Test
  void behindAKillSwitchTheRouteIsMendedAndNotTheSwitchOpened() throws IOException {
    JsonNode answer = why(capture("vpn-forwarded-behind-kill-switch"), "client", SITE, "tcp/443");
    assertEquals(1, status);
    expect(answer, "rule vpn custom-forward 1");
    assertTrue(now(answer, 0).contains("ip rule add not iif lo lookup 51820"), screen);
    assertFalse(answer.path("fixes").toString().contains("accept"), screen);
    assertTrue(answer.path("fixesChecked").asBoolean());
    assertEquals(
        "/rw/config/PedOS-firewall-user-script",
        answer.path("fixes").path(0).path("persist").path("file").asText());
    for (String mended : List.of("vpn-forwarded-by-tunnel", "vpn-forwarded-as-mended")) {
      JsonNode healthy = why(capture(mended), "client", SITE, "tcp/443");
      assertEquals(0, status, mended);
      assertEquals(0, healthy.path("warnings").size(), mended);
    }
  }

  @Test
  void whoAsksARoutingTableIsOpenWithoutTheRules() throws IOException {
    String rules = "vms/vpn/ip-rule.txt";
    String blocked = without("vpn-forwarded-behind-kill-switch", rules);
    assertTrue(needs(why(blocked, "client", SITE, "tcp/443"), rules, true), screen);
    assertEquals(3, status);
    // either way it gets through, and the way is not known
    String clear = without("vpn-forwarded-in-clear", rules);
    assertTrue(needs(why(clear, "client", SITE, "tcp/443"), rules, false), screen);
    assertEquals(0, status);
  }

  @Test
  void dockerAndAnOldAgentKeepAContainerIn() throws IOException {
    JsonNode answer = why(capture("docker-in-vm-of-old-agent"), "container", SITE, "tcp/443");
    assertEquals(1, status);
    expect(answer, "rule builder forward 4");
    assertTrue(now(answer, 0).contains("ip PedOS custom-forward iifname docker0"), screen);
    assertEquals(
        "/rw/config/rc.local", answer.path("fixes").path(0).path("persist").path("file").asText());
    assertTrue(warning(answer, "old-agent").path("text").asText().contains("4.2.12"));
    why(capture("docker-in-vm-allowed"), "container", SITE, "tcp/443");
    assertEquals(0, status);
  }

  @Test
  void dockerInAProviderDropsBothWays() throws IOException {
    JsonNode answer = why(capture("docker-beside-clients"), "work", OUTSIDE, "tcp/443");
    assertEquals(1, status);
    expect(answer, "policy sys-firewall FORWARD", "policy sys-firewall FORWARD");
    assertEquals("request", answer.path("causes").path(0).path("direction").asText());
    assertEquals("reply", answer.path("causes").path(1).path("direction").asText());
    assertTrue(now(answer, 0).contains("iptables -I DOCKER-USER 1 -i vif7.0"), screen);
    assertTrue(now(answer, 1).contains("-I DOCKER-USER 1 "), screen);
    assertTrue(now(answer, 1).contains("--ctstate RELATED,ESTABLISHED"), screen);
    assertEquals(
        "/rw/config/rc.local", answer.path("fixes").path(0).path("persist").path("file").asText());
    assertTrue(answer.path("fixesChecked").asBoolean());
    why(capture("docker-beside-clients-allowed"), "work", OUTSIDE, "tcp/443");
    assertEquals(0, status);
  }

  @Test
  void aLargePacketWhoseErrorIsLostHangs() throws IOException {
    String dropped = capture("large-packets-error-dropped");
    why(dropped, "work", OUTSIDE, "tcp/443");
    assertEquals(0, status);
    why(dropped, "work", OUTSIDE, "tcp/443", "--size", "1280", "--df");
    assertEquals(0, status);
    for (String service : List.of("tcp/443", "udp/53", "ping")) {
      JsonNode answer = why(dropped, "work", OUTSIDE, service, "--size", "1400", "--df");
      assertEquals(1, status, service);
      expect(answer, "mtu sys-net ", "rule sys-firewall FORWARD 6");
      assertTrue(
          answer.path("causes").path(1).path("text").asText().contains("ct state related"), screen);
      assertTrue(
          now(answer, 0).contains("-p icmp -m conntrack --ctstate RELATED -j ACCEPT"), screen);
      assertTrue(answer.path("fixesChecked").asBoolean(), service);
      assertEquals(
          service.equals("tcp/443")
              ? "iptables -t mangle -A FORWARD -i ens6 -p tcp --tcp-flags SYN,RST SYN -j TCPMSS --clamp-mss-to-pmtu"
              : "",
          warning(answer, "mtu").path("now").path(0).asText());
    }
    why(dropped, "work", OUTSIDE, "udp/53", "--size", "1400");
    assertEquals(0, status);
  }

  @Test
  void aLargePacketWhoseSenderIsToldGetsThroughSmaller() throws IOException {
    JsonNode answer =
        why(
            capture("large-packets-error-told"),
            "work",
            OUTSIDE,
            "tcp/443",
            "--size",
            "1400",
            "--df");
    assertEquals(0, status);
    assertTrue(warning(answer, "mtu").path("text").asText().contains("1280"), screen);
  }

  @Test
  void sizesThatNoPacketHasAreBadUsage() {
    StringWriter err = new StringWriter();
    for (String size : List.of("20", "70000", "-1", "x")) {
      int code =
          Rulewalk.run(
              new String[] {"why", capture("r42-default"), "work", OUTSIDE, "ping", "--size", size},
              new Terminal(
                  new PrintWriter(new StringWriter()), new PrintWriter(err), false, false));
      assertEquals(2, code, size);
    }
  }

  @Test
  void aNewConnectionIsStoppedAndAnOpenOneIsNot() throws IOException {
    for (String name : List.of("open-connection-stays", "open-connection-offloaded")) {
      JsonNode answer = why(capture(name), "work", OUTSIDE, "tcp/443");
      assertEquals(1, status, name);
      expect(answer, "rule sys-firewall pbs-10-137-0-19 2");
      JsonNode open = warning(answer, "open-connection");
      assertTrue(open.path("text").asText().contains("this existing one is not"), screen);
      assertEquals(
          "[\"conntrack -D -s 10.137.0.19 -d 198.51.100.77 -p tcp --dport 443\"]",
          open.path("now").toString());
      assertEquals(
          "vms/sys-firewall/conntrack.txt", open.path("source").path("file").asText(), name);
      boolean table = open.path("text").asText().contains("flowtable");
      assertEquals(name.endsWith("offloaded"), table);
      why(capture(name), "work", OUTSIDE, "tcp/443", "--open");
      assertEquals(0, status, name);
    }
  }

  @Test
  void withoutConntrackAnOpenConnectionCantBeDecided() throws IOException {
    String file = "vms/sys-firewall/conntrack.txt";
    String unknown = without("open-connection-stays", file);
    assertTrue(needs(why(unknown, "work", OUTSIDE, "tcp/443", "--open"), file, true), screen);
    assertEquals(3, status);
    assertTrue(needs(why(unknown, "work", OUTSIDE, "tcp/443"), file, false), screen);
    assertEquals(1, status);
    JsonNode none = why(capture("open-connection-none"), "work", OUTSIDE, "tcp/443", "--open");
    assertEquals(1, status);
    expect(none, "rule sys-firewall pbs-10-137-0-19 2");
  }

  @Test
  void aZoneRejectsWhatIptablesAccepted() throws IOException {
    JsonNode answer = why(capture("zone-rejects-after-accept"), "laptop", "desk", "tcp/8443");
    assertEquals(1, status);
    expect(answer, "rule desk filter_IN_public 4");
    String text = answer.path("causes").path(0).path("text").asText();
    assertTrue(
        text.contains(
            "rule 1 of INPUT in iptables' filter (priority filter (0), vms/desk/iptables-save.txt:6)"),
        text);
    assertTrue(text.contains("here it is filter + 10 (10)"), text);
    assertTrue(now(answer, 0).contains("inet firewalld filter_IN_public_allow"), screen);
    assertTrue(answer.path("fixesChecked").asBoolean());
    assertTrue(
        warning(answer, "firewalld")
            .path("now")
            .toString()
            .contains("firewall-cmd --permanent --zone=public --add-port=8443/tcp"),
        screen);
    why(capture("zone-open"), "laptop", "desk", "tcp/8443");
    assertEquals(0, status);
  }

  @Test
  void theOtherTableMissingCantBeDecided() throws IOException {
    String nft = "vms/desk/nft-list-ruleset.txt";
    JsonNode answer = why(without("zone-rejects-after-accept", nft), "laptop", "desk", "tcp/8443");
    assertEquals(3, status);
    assertTrue(needs(answer, nft, true), screen);
  }

  @Test
  void aPolicyOfLegacyIsNamedAsWhatNoListingShows() throws IOException {
    JsonNode answer = why(capture("legacy-policy-drops"), "laptop", SITE, "tcp/443");
    assertEquals(1, status);
    expect(answer, "policy gate FORWARD", "policy gate FORWARD");
    JsonNode first = answer.path("causes").path(0);
    assertEquals("legacy ip filter", first.path("table").asText());
    assertTrue(
        first
            .path("text")
            .asText()
            .contains("\"nft list ruleset\" and \"iptables-save\" do not show"),
        screen);
    assertTrue(answer.path("fixesChecked").asBoolean());
    warning(answer, "legacy");
    why(capture("legacy-policy-accepts"), "laptop", SITE, "tcp/443");
    assertEquals(0, status);
  }

  @Test
  void legacyRulesThatWereNotCapturedLeaveItOpen() throws IOException {
    String legacy = "vms/gate/iptables-legacy-save.txt";
    String capture = without("legacy-policy-drops", legacy);
    JsonNode answer = why(capture, "laptop", SITE, "tcp/443");
    assertEquals(3, status);
    assertTrue(needs(answer, legacy, true), screen);
    assertTrue(answer.path("assumptions").toString().contains("not proven"), screen);
    // the warning of iptables-save says so too
    Files.delete(Path.of(capture, "vms/gate/ip_tables_names.txt"));
    Files.writeString(
        Path.of(capture, "vms/gate/iptables-save.txt"),
        "# Warning: iptables-legacy tables present, use iptables-legacy-save to see them\n");
    assertTrue(needs(why(capture, "laptop", SITE, "tcp/443"), legacy, true), screen);
    assertEquals(3, status);
  }

  @Test
  void theRightRuleInTheWrongPlaceIsToldWhereToStand() throws IOException {
    JsonNode answer = why(capture("rule-behind-reject"), "laptop", "desk", "tcp/8443");
    assertEquals(1, status);
    expect(answer, "rule desk INPUT 4");
    String text = answer.path("causes").path(0).path("text").asText();
    assertTrue(text.contains("Rule 5 (vms/desk/iptables-save.txt:10) would let it pass"), text);
    assertTrue(text.contains("rule 4 takes it first. It has to stand at 4"), text);
    assertTrue(now(answer, 0).contains("iptables -I INPUT 4 "), screen);
    why(capture("rule-before-reject"), "laptop", "desk", "tcp/8443");
    assertEquals(0, status);
    answer = why(capture("r42-port-forward-after-drop"), "outside", "198.51.100.10", "tcp/443");
    assertTrue(answer.path("causes").path(0).path("text").asText().contains("Rule 5 ("), screen);
    assertTrue(now(answer, 0).contains("custom-forward"), screen);
  }

  @Test
  void auditFindsTheRuleThatNoPacketGetsTo() throws IOException {
    JsonNode found = json("audit", capture("rule-behind-reject")).path("findings");
    assertEquals(1, status);
    assertEquals(1, found.size(), screen);
    assertEquals("unreachable-rule", found.path(0).path("id").asText());
    assertEquals(10, found.path(0).path("source").path("line").asInt());
    assertEquals(9, found.path(0).path("because").path(0).path("line").asInt());
    assertEquals(
        "[\"iptables -D INPUT 5\",\"iptables -I INPUT 4 -p tcp -m tcp --dport 8443 -m conntrack --ctstate NEW -j"
            + " ACCEPT\"]",
        found.path(0).path("fix").path("now").toString());
    json("audit", capture("rule-before-reject"));
    assertEquals(0, status, screen);
  }

  @Test
  void dataConnectionsNeedAHelper() throws IOException {
    JsonNode answer = why(capture("ftp-data-without-helper"), "laptop", SITE, "tcp/50021");
    assertEquals(1, status);
    expect(answer, "policy gate forward");
    assertTrue(
        warning(answer, "data-connection")
            .path("text")
            .asText()
            .contains("it is a NEW connection and no RELATED one"),
        screen);
    assertEquals(
        List.of(
            "nft 'add ct helper ip fw ftp-standard { type \"ftp\" protocol tcp; }'",
            "nft insert rule ip fw forward 'tcp dport 21 ct helper set \"ftp-standard\"'"),
        List.of(
            answer.path("fixes").path(0).path("now").path(0).asText(),
            answer.path("fixes").path(0).path("now").path(1).asText()));
    assertTrue(answer.path("fixesChecked").asBoolean());
    JsonNode healthy = why(capture("ftp-data-with-helper"), "laptop", SITE, "tcp/50021");
    assertTrue(
        warning(healthy, "data-connection").path("text").asText().contains("assigns a helper"),
        screen);
    why(capture("ftp-data-without-helper"), "laptop", SITE, "tcp/21");
    assertEquals(0, status);
  }

  @Test
  void aPortThatEverybodyKnowsIsOpenedAndTheHelperOnlyMentioned() throws IOException {
    JsonNode answer = why(capture("ftp-data-without-helper"), "laptop", SITE, "tcp/8080");
    assertEquals(1, status);
    assertTrue(now(answer, 0).contains("dport 8080"), screen);
    assertTrue(
        warning(answer, "data-connection").path("now").toString().contains("ct helper"), screen);
  }

  @Test
  void qrexecNamesTheLineThatClosesEverything() throws IOException {
    JsonNode comma = json("qrexec", capture("connect-tcp-comma"), "untrusted", "444");
    assertEquals(1, status);
    assertEquals(
        "dom0/policy/policy.d/30-user-networking.policy",
        comma.path("causes").path(0).path("source").path("file").asText());
    assertTrue(comma.path("fixes").toString().contains("allow target=mytcp-service"), screen);
    JsonNode denied = json("qrexec", capture("connect-tcp-denied-early"), "untrusted", "444");
    assertEquals(1, status);
    assertEquals(
        "dom0/policy/policy.d/30-user.policy", denied.path("decidedBy").path("file").asText());
    assertEquals(1, denied.path("decidedBy").path("line").asInt());
    assertTrue(denied.path("fixes").toString().contains("30-user-networking.policy"), screen);
    run("qrexec", capture("connect-tcp-port-busy"), "untrusted", "8000:mytcp-service:8000");
    assertEquals(1, status);
    assertTrue(screen.contains("nginx"), screen);
    run("qrexec", capture("connect-tcp-port-busy"), "untrusted", "18000:mytcp-service:8000");
    assertEquals(0, status);
  }

  @Test
  void qrexecNeedsThePolicyAndTheSocketsOfTheTarget() throws IOException {
    String folderOfPolicy = "dom0/policy/policy.d/";
    String blind =
        without(
            "connect-tcp-bound",
            folderOfPolicy + "50-networking.policy",
            folderOfPolicy + "90-default.policy");
    run("qrexec", blind, "untrusted", "444");
    assertEquals(3, status, screen);
    assertTrue(screen.contains("dom0/policy"), screen);
    String deaf = without("connect-tcp-denied-early", "vms/mytcp-service/ss.txt");
    run("qrexec", deaf, "untrusted", "444");
    assertEquals(1, status, "the policy refuses either way");
    String unknown = without("connect-tcp-port-busy", "vms/mytcp-service/ss.txt");
    run("qrexec", unknown, "untrusted", "444");
    assertEquals(3, status, screen);
    assertTrue(screen.contains("vms/mytcp-service/ss.txt"), screen);
  }

  @Test
  void aBoundPortIsClosedByThePolicy() throws IOException {
    why(capture("connect-tcp-bound"), "untrusted", "127.0.0.1", "tcp/444");
    assertEquals(0, status);
    JsonNode answer = why(capture("connect-tcp-bound-denied"), "untrusted", "127.0.0.1", "tcp/444");
    assertEquals(1, status);
    expect(answer, "qrexec-policy untrusted ");
    assertEquals(
        "dom0/policy/policy.d/30-user.policy",
        answer.path("causes").path(0).path("source").path("file").asText());
    assertTrue(now(answer, 0).contains("30-user-networking.policy"), screen);
    String unknown = without("connect-tcp-bound", "vms/mytcp-service/ss.txt");
    JsonNode open = why(unknown, "untrusted", "127.0.0.1", "tcp/444");
    assertEquals(3, status);
    assertTrue(needs(open, "vms/mytcp-service/ss.txt", true), screen);
  }

  private static final String USER_SCRIPT = "rw-config/PedOS-firewall-user-script";

  private static JsonNode finding(JsonNode audit, String id) {
    for (JsonNode finding : audit.path("findings")) {
      if (finding.path("id").asText().equals(id)) {
        return finding;
      }
    }
    throw new AssertionError("no finding " + id + ": " + audit);
  }

  @Test
  void aScriptWithoutItsModeNeverAddsTheRuleThatIsMissing() throws IOException {
    String never = capture("script-not-executable");
    JsonNode answer = why(never, "work", "untrusted", "tcp/443");
    assertEquals(1, status);
    expect(answer, "rule sys-firewall forward 4");
    JsonNode script = warning(answer, "script-never-runs");
    assertEquals(
        "Line 2 of /rw/config/PedOS-firewall-user-script adds the rule that would let this pass, but the script"
            + " never runs: it is not executable. To mend that, and run it:",
        script.path("text").asText());
    assertEquals("vms/sys-firewall/" + USER_SCRIPT, script.path("source").path("file").asText());
    assertEquals(2, script.path("source").path("line").asInt());
    assertTrue(
        script.path("now").toString().contains("chmod +x /rw/config/PedOS-firewall-user-script"));
    JsonNode found = finding(json("audit", never), "script-not-executable");
    assertTrue(
        found.path("message").asText().contains("The rule of line 2 is not in force"), screen);
    assertTrue(found.toString().contains("chmod +x"), screen);
    why(capture("script-ran"), "work", "untrusted", "tcp/443");
    assertEquals(0, status);
  }

  @Test
  void aScriptForAnotherKindOfVmBelongsIntoAnotherFile() throws IOException {
    String wrong = capture("script-of-another-kind-of-vm");
    JsonNode answer = why(wrong, "work", "untrusted", "tcp/443");
    assertEquals(1, status);
    expect(answer, "policy untrusted input");
    JsonNode script = warning(answer, "script-never-runs");
    assertTrue(script.path("text").asText().contains("only VMs that supply networking"), screen);
    assertTrue(script.path("now").toString().contains(">> /rw/config/rc.local"), screen);
    JsonNode found = finding(json("audit", wrong), "script-never-runs");
    assertTrue(found.path("message").asText().contains("belong into /rw/config/rc.local"), screen);
    assertTrue(found.path("message").asText().contains("line 2 is not in force"), screen);
  }

  @Test
  void customPersistSwitchesScriptsOff() throws IOException {
    String off = capture("script-off-by-custom-persist");
    JsonNode answer = why(off, "work", "untrusted", "tcp/443");
    assertEquals(1, status);
    JsonNode script = warning(answer, "script-never-runs");
    assertEquals("dom0", script.path("machine").asText());
    assertTrue(script.path("text").asText().contains("custom-persist is on"), screen);
    assertEquals(
        "[\"qvm-features sys-firewall service.custom-persist ''\"]", script.path("now").toString());
    assertTrue(
        finding(json("audit", off), "script-never-runs").toString().contains("custom-persist"));
    // without the list of services it can't be told why the rule is not in force
    String services = "vms/sys-firewall/services.txt";
    answer = why(without("script-off-by-custom-persist", services), "work", "untrusted", "tcp/443");
    assertTrue(needs(answer, services, false), screen);
    assertEquals(1, status);
    // with custom-persist, what a fix keeps in /rw/config has no effect either
    Path empty = Path.of(without("r42-default"));
    Path folderOfScripts = empty.resolve("vms/sys-firewall/rw-config");
    Files.createDirectories(folderOfScripts);
    Files.writeString(folderOfScripts.resolve("rc.local"), "#!/bin/sh\n");
    Files.writeString(empty.resolve(services), "PedOS-firewall\ncustom-persist\n");
    warning(why(empty.toString(), "work", "untrusted", "tcp/443"), "custom-persist");
  }

  @Test
  void aScriptThatWasChangedAfterItRanIsTold() throws IOException {
    String changed = without("script-not-executable");
    Path modes = Path.of(changed, "vms/sys-firewall/rw-config/modes.txt");
    Files.writeString(modes, Files.readString(modes).replace("-rw-r--r--", "-rwxr-xr-x"));
    JsonNode script = warning(why(changed, "work", "untrusted", "tcp/443"), "script-not-run-since");
    assertTrue(script.path("text").asText().contains("changed after it ran"), screen);
    assertEquals("[\"/rw/config/PedOS-firewall-user-script\"]", script.path("now").toString());
  }

  @Test
  void withoutModesOrTextItIsToldWhatAScriptNeeds() throws IOException {
    String modes = "vms/sys-firewall/rw-config/modes.txt";
    String text = "vms/sys-firewall/" + USER_SCRIPT;
    String unknown = without("script-not-executable", modes);
    assertTrue(needs(why(unknown, "work", "untrusted", "tcp/443"), modes, false), screen);
    assertEquals(1, status);
    finding(json("audit", unknown), "script-mode-not-known");
    assertTrue(screen.contains(modes), screen);
    String unread = without("script-off-by-custom-persist", text);
    assertTrue(needs(why(unread, "work", "untrusted", "tcp/443"), text, false), screen);
    assertEquals(1, status);
    finding(json("audit", unread), "script-not-captured");
    assertTrue(screen.contains(text), screen);
  }

  @Test
  void screensSayTheSame() {
    run("why", capture("open-connection-stays"), "work", OUTSIDE, "tcp/443");
    assertTrue(screen.contains("Note   sys-firewall   conntrack.txt:1"), screen);
    assertTrue(screen.contains("     conntrack -D -s 10.137.0.19"), screen);
    run("why", capture("zone-rejects-after-accept"), "laptop", "desk", "tcp/8443");
    assertTrue(screen.contains("accepted it. That ended only its own chain"), screen);
    run("why", capture("script-not-executable"), "work", "untrusted", "tcp/443");
    assertTrue(
        screen.contains("Note   sys-firewall   rw-config/PedOS-firewall-user-script:2"), screen);
    run("why", capture("rule-behind-reject"), "laptop", "desk", "tcp/8443");
    assertTrue(screen.contains("It has to stand at 4"), screen.replace('\n', ' '));
  }
}

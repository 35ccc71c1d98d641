#!/bin/sh
# Collects what rulewalk needs to know of this machine: firewall rules, addresses, routes, settings.
#
#   sh capture-vm.sh [NAME]       as root; makes rulewalk-NAME/ and rulewalk-NAME.tar.gz here
#   sh capture-vm.sh --stdout     writes a tar of the files to standard output and keeps nothing
#
# It asks for nothing and changes nothing: every command below only prints. What it takes:
#   - the rules of nftables, iptables and ipset; interfaces, addresses, routes, neighbours; listening sockets;
#     tracked connections (so: whom this machine talks to); the kernel's network settings and counters
#   - /etc/resolv.conf; which of PedOS' services are on; the firewall's entries in the VM's database
#   - the firewall's and the network's scripts in /rw/config, with their modes
#   - the journal of the firewall's units and of the kernel since the last start
# It takes no keys, no passwords, no files of yours. The scripts in /rw/config are taken as they are: if you wrote a
# password or a key into one, take it out of rulewalk-NAME/ before you hand it on.
# What can't be read is listed in capture-notes.txt and at the end.

set -u
umask 077
LC_ALL=C
PATH=$PATH:/usr/sbin:/sbin:/usr/local/sbin
export LC_ALL PATH

most_script_bytes=262144
most_journal_lines=50000

tell() {
  printf '%s\n' "$*" >&2
}

note() {
  printf '%s\n' "$*" >>"$notes"
}

# Where a command is: some shells have short versions of their own, which would go before it.
place_of() {
  rest=$PATH:
  while [ -n "$rest" ]; do
    if [ -x "${rest%%:*}/$1" ]; then
      printf '%s' "${rest%%:*}/$1"
      return
    fi
    rest=${rest#*:}
  done
  return 1
}

have() {
  place_of "$1" >/dev/null
}

# save FILE COMMAND...: the command's output as that file. A command that fails is noted, with the first thing it said;
# what it printed until then is kept.
save() {
  file=$1
  shift
  if ! command=$(place_of "$1"); then
    note "$file: there is no command $1 here"
    return
  fi
  told=$*
  shift
  status=0
  "$command" "$@" >"$folder/$file" 2>"$complaint" </dev/null || status=$?
  if [ "$status" != 0 ]; then
    note "$file: $told ended with $status: $(head -n 1 "$complaint")"
    [ -s "$folder/$file" ] || rm -f "$folder/$file"
  fi
}

# copy FILE SOURCE: a file that may not be there
copy() {
  if [ ! -e "$2" ]; then
    return
  fi
  if ! head -c "$most_script_bytes" "$2" >"$folder/$1" 2>"$complaint" </dev/null; then
    note "$1: $2 can't be read: $(head -n 1 "$complaint")"
    rm -f "$folder/$1"
  elif [ "$(wc -c <"$folder/$1")" -ge "$most_script_bytes" ]; then
    note "$1: only the first $most_script_bytes bytes of $2"
  fi
}

# iptables_rules PREFIX: one of iptables, ip6tables. Listing legacy tables could load kernel modules that nobody uses,
# so they are only listed where the kernel says that there are some.
iptables_rules() {
  names=/proc/net/$(printf '%s' "$1" | sed 's/tables$/_tables/')_names
  version=$("$1-save" -V 2>/dev/null </dev/null)
  case $version in
    *nf_tables*)
      save "$1-save.txt" "$1-save" -c
      legacy=$1-legacy-save
      ;;
    '')
      note "$1-save.txt: there is no command $1-save here"
      legacy=$1-legacy-save
      ;;
    *) legacy=$1-save ;;
  esac
  # the size of files in /proc is always 0
  tables=$(tr '\n' ' ' 2>/dev/null <"$names")
  [ -z "$tables" ] || save "${names##*/}.txt" cat "$names"
  if [ -z "$tables" ]; then
    note "$1-legacy-save.txt: not asked for: the kernel has no legacy tables ($names is missing or empty)"
  elif have "$legacy"; then
    save "$1-legacy-save.txt" "$legacy" -c
  else
    note "$1-legacy-save.txt: the kernel has legacy tables ($tables) but there is no command $legacy"
  fi
}

rules() {
  save nft-list-ruleset.txt nft -a list ruleset
  save nft-list-ruleset.json nft -j -a list ruleset
  iptables_rules iptables
  iptables_rules ip6tables
  # asking would load modules that nobody uses
  if [ -d /sys/module/ip_set ]; then
    save ipset-save.txt ipset save
  else
    note "ipset-save.txt: not asked for: the kernel has no ipsets"
  fi
}

network() {
  if "$(place_of ip)" -j addr show >/dev/null 2>&1 </dev/null; then
    save ip-addr.json ip -j -d addr show
  fi
  save ip-addr.txt ip addr show
  save ip-link.txt ip -d link show
  [ -s "$folder/ip-link.txt" ] || save ip-link.txt ip link show
  save ip-route.txt ip route show table all
  save ip6-route.txt ip -6 route show table all
  save ip-rule.txt ip rule show
  save ip6-rule.txt ip -6 rule show
  save ip-neigh.txt ip neigh show
  copy iproute2-group.txt /etc/iproute2/group
  copy iproute2-rt_tables.txt /etc/iproute2/rt_tables
  if have ss; then
    save ss.txt ss -lntup
  else
    save netstat.txt netstat -lntu
  fi
  if [ ! -e /proc/sys/net/netfilter/nf_conntrack_count ]; then
    note "conntrack.txt: not asked for: the kernel tracks no connections"
  elif have conntrack; then
    save conntrack.txt conntrack -L -o extended
  else
    copy conntrack.txt /proc/net/nf_conntrack
    [ -e "$folder/conntrack.txt" ] || note "conntrack.txt: there is no command conntrack here"
  fi
  settings
  if have nstat; then
    # -s: leaves the counters that the next call compares with alone
    save nstat.txt nstat -asz
  else
    save nstat.txt cat /proc/net/snmp /proc/net/netstat
  fi
}

# The kernel's network settings, without the two that are secrets.
settings() {
  if have sysctl; then
    sysctl -a 2>/dev/null </dev/null
  else
    find /proc/sys/net -type f -perm -400 2>/dev/null </dev/null | while read -r path; do
      name=$(printf '%s' "${path#/proc/sys/}" | tr './' '/.')
      printf '%s = %s\n' "$name" "$(tr '\n\t' '  ' 2>/dev/null <"$path")"
    done
  fi | grep '^net\.' | grep -v -e stable_secret -e fastopen_key >"$folder/sysctl.txt"
  if [ ! -s "$folder/sysctl.txt" ]; then
    note "sysctl.txt: the settings can't be read"
    rm -f "$folder/sysctl.txt"
  fi
}

resolver() {
  copy resolv.conf /etc/resolv.conf
  # resolvectl would start the service
  if have resolvectl && systemctl is-active systemd-resolved.service >/dev/null 2>&1 </dev/null; then
    save resolvectl.txt resolvectl --no-pager status
  fi
}

pedos() {
  found=false
  for services in /run/PedOS-service /run/qubes-service /var/run/PedOS-service /var/run/qubes-service; do
    if [ -d "$services" ] && [ "$found" = false ]; then
      found=true
      save services.txt ls "$services"
    fi
  done
  for database in PedOSdb-multiread qubesdb-multiread; do
    if have "$database"; then
      for path in /PedOS-firewall/ /qubes-firewall/ /connected-ips /connected-ips6 /PedOS-netvm- /qubes-netvm- \
        /qubes-ip /PedOS-ip /qubes-gateway /PedOS-gateway /qubes-primary-dns /qubes-secondary-dns /mapped-ip/; do
        "$database" "$path" 2>/dev/null </dev/null | sed "s|^\([^/]\)|$path\1|"
      done >"$folder/qubesdb.txt"
      return
    fi
  done
}

# The scripts that PedOS runs, and ls -l of them.
scripts() {
  if [ ! -d /rw/config ] || ! cd /rw/config; then
    return
  fi
  mkdir -p "$folder/rw-config"
  for script in rc.local rc.local-early PedOS-firewall-user-script qubes-firewall-user-script PedOS-ip-change-hook \
    qubes-ip-change-hook PedOS_ip_change_hook qubes_ip_change_hook; do
    copy "rw-config/$script" "/rw/config/$script"
    [ ! -e "$script" ] || ls -ld "$script"
  done >"$folder/rw-config/modes.txt"
  for directory in rc.local.d rc.local-early.d PedOS-firewall.d qubes-firewall.d network-hooks.d; do
    [ -d "$directory" ] || continue
    ls -ld "$directory"
    mkdir -p "$folder/rw-config/$directory"
    for script in "$directory"/*; do
      if [ -f "$script" ]; then
        copy "rw-config/$script" "/rw/config/$script"
        ls -ld "$script"
      fi
    done
  done >>"$folder/rw-config/modes.txt"
  cd /
}

# The firewall's units and the kernel, since the last start.
journal() {
  if ! have journalctl; then
    save journal.txt dmesg
    return
  fi
  set -- _TRANSPORT=kernel
  for unit in firewall iptables antispoof network network-uplink network-uplink@eth0 updates-proxy misc-post; do
    for system in PedOS qubes; do
      set -- "$@" + "_SYSTEMD_UNIT=$system-$unit.service" + "UNIT=$system-$unit.service"
    done
  done
  for unit in nftables iptables ip6tables firewalld docker; do
    set -- "$@" + "_SYSTEMD_UNIT=$unit.service" + "UNIT=$unit.service"
  done
  # the scripts of network interfaces log as root, those of NetworkManager's dispatcher as nm-dispatcher
  set -- "$@" + SYSLOG_IDENTIFIER=root + SYSLOG_IDENTIFIER=nm-dispatcher
  save journal.txt journalctl -b --no-pager -o short-iso -n "$most_journal_lines" "$@"
  if [ -s "$folder/journal.txt" ] && [ "$(wc -l <"$folder/journal.txt")" -ge "$most_journal_lines" ]; then
    note "journal.txt: only the last $most_journal_lines lines"
  fi
  if have systemctl; then
    save units.txt systemctl --no-pager --full --plain --no-legend --all list-units 'PedOS-*' 'qubes-*' \
      'nftables*' 'iptables*' 'firewalld*' 'docker*' 'NetworkManager*' 'systemd-resolved*'
  fi
}

collect() {
  if [ "$(id -u)" != 0 ]; then
    tell "not root: the firewall's rules can't be read; run it again as root"
    note "everything: not run as root"
  fi
  rules
  network
  resolver
  pedos
  scripts
  journal
  [ -s "$notes" ] || printf 'nothing is missing\n' >"$notes"
}

# The machine's name in PedOS, or its host name; a name for a directory in any case.
own_name() {
  for database in PedOSdb-read qubesdb-read; do
    if have "$database"; then
      "$database" /name 2>/dev/null </dev/null && return
    fi
  done
  uname -n
}

main() {
  work=$(mktemp -d "${TMPDIR:-/tmp}/rulewalk.XXXXXX") || exit 2
  trap 'rm -rf "$work"' EXIT
  trap 'exit 130' INT TERM HUP
  complaint=$work/complaint
  if [ "${1:-}" = --stdout ]; then
    folder=$work/files
    mkdir "$folder"
    notes=$folder/capture-notes.txt
    : >"$notes"
    collect
    cd "$folder" && tar -cf - .
    exit
  fi
  case ${1:-} in
    -*)
      tell "usage: sh capture-vm.sh [NAME | --stdout]"
      exit 2
      ;;
  esac
  name=$(printf '%s' "${1:-$(own_name)}" | tr -c 'A-Za-z0-9._-' '_' | sed 's/^[.-]/_/')
  here=$(pwd -P)
  top=rulewalk-$name
  if ! mkdir "$here/$top"; then
    tell "move $here/$top away first, or name another: sh capture-vm.sh NAME"
    exit 2
  fi
  folder=$here/$top/vms/$name
  mkdir -p "$folder"
  notes=$folder/capture-notes.txt
  : >"$notes"
  printf '{"format":"rulewalk-capture/1"}\n' >"$here/$top/capture.json"
  collect
  tell "In $here/$top:"
  tell "$(cd "$here/$top" && find . -type f | sort | sed 's/^/  /')"
  tell "Not read:"
  tell "$(sed 's/^/  /' "$notes")"
  if (cd "$here" && tar -czf "$top.tar.gz" "$top"); then
    tell "Packed: $here/$top.tar.gz"
  else
    tell "It could not be packed; hand on the folder $here/$top"
  fi
}

main "$@"

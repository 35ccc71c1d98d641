#!/bin/sh
# Collects what rulewalk needs to know of a whole PedOS system. Runs in dom0, as the user that may use qvm-run.
#
#   sh capture-dom0.sh [-t SECONDS] [VM]...     all running VMs, or those that are named; makes rulewalk-capture/
#                                               and rulewalk-capture.tar.gz here
#
# In dom0 it only prints what qvm-ls, qvm-prefs, qvm-firewall, qvm-features, qvm-service and qvm-tags say, and copies
# firewall.xml files, the qrexec policy, and the journal of qubesd and qrexec since the last start.
# In each VM it runs, as root, the script at the end of this file; what that takes is said at its top.
#
# No VM is trusted: what it sends is cut off at most_bytes, a VM that does not finish in time is given up, and dom0
# itself decides which files are written where. Nothing that a VM says is run, shown, or used as a name, but for the
# names of scripts in /rw/config, of which only plain ones are taken.

set -u
umask 077
LC_ALL=C
export LC_ALL

most_bytes=67108864
most_file_bytes=33554432
most_scripts=40
seconds=180

# the files of a VM that are taken, by their names
vm_files="nft-list-ruleset.txt nft-list-ruleset.json iptables-save.txt ip6tables-save.txt iptables-legacy-save.txt
ip6tables-legacy-save.txt ipset-save.txt ip-addr.json ip-addr.txt ip-link.txt ip-route.txt ip6-route.txt ip-rule.txt
ip6-rule.txt ip-neigh.txt iproute2-group.txt iproute2-rt_tables.txt ss.txt netstat.txt conntrack.txt sysctl.txt
nstat.txt resolv.conf resolvectl.txt services.txt units.txt qubesdb.txt journal.txt capture-notes.txt
ip_tables_names.txt ip6_tables_names.txt"

tell() {
  printf '%s\n' "$*" >&2
}

note() {
  printf '%s\n' "$*" >>"$notes"
}

have() {
  command -v "$1" >/dev/null 2>&1
}

# save FILE COMMAND...: the command's output as that file of dom0's folder
save() {
  file=$1
  shift
  if ! have "$1"; then
    note "dom0/$file: there is no command $1 here"
    return
  fi
  status=0
  timeout -k 5 "$seconds" "$@" >"$top/dom0/$file" 2>"$work/complaint" </dev/null || status=$?
  if [ "$status" != 0 ]; then
    note "dom0/$file: $* ended with $status: $(head -n 1 "$work/complaint")"
    [ -s "$top/dom0/$file" ] || rm -f "$top/dom0/$file"
  fi
}

# A name that may become a file's name.
is_plain() {
  case $1 in
    '' | -* | .* | *[!A-Za-z0-9._-]*) return 1 ;;
  esac
}

dom0_files() {
  mkdir -p "$top/dom0/qvm-prefs" "$top/dom0/qvm-firewall" "$top/dom0/qvm-firewall-raw" "$top/dom0/firewall" \
    "$top/dom0/qvm-features" "$top/dom0/qvm-service" "$top/dom0/qvm-tags" "$top/dom0/policy"
  save qvm-ls.txt qvm-ls -n
  for vm in $all; do
    save "qvm-prefs/$vm.txt" qvm-prefs "$vm"
    save "qvm-firewall/$vm.txt" qvm-firewall "$vm" list
    save "qvm-firewall-raw/$vm.txt" qvm-firewall --raw "$vm" list
    save "qvm-features/$vm.txt" qvm-features "$vm"
    save "qvm-service/$vm.txt" qvm-service "$vm"
    save "qvm-tags/$vm.txt" qvm-tags "$vm"
    for xml in /var/lib/PedOS/*/"$vm"/firewall.xml /var/lib/qubes/*/"$vm"/firewall.xml; do
      [ ! -f "$xml" ] || cp "$xml" "$top/dom0/firewall/$vm.xml" || note "dom0/firewall/$vm.xml: $xml can't be read"
    done
  done
  for system in PedOS qubes; do
    for folder in policy.d "policy.d/include"; do
      policies "/etc/$system/$folder" "$folder"
    done
    policies "/etc/$system-rpc/policy" .
  done
  save journal.txt journalctl -b --no-pager -o short-iso -n 50000 SYSLOG_IDENTIFIER=qrexec-policy-daemon + \
    SYSLOG_IDENTIFIER=qrexec + _SYSTEMD_UNIT=qubesd.service + _SYSTEMD_UNIT=PedOSd.service + \
    _SYSTEMD_UNIT=qubes-qrexec-policy-daemon.service + _SYSTEMD_UNIT=PedOS-qrexec-policy-daemon.service
}

# policies DIRECTORY FOLDER: its files into dom0/policy/FOLDER
policies() {
  for policy in "$1"/*; do
    if [ -f "$policy" ]; then
      mkdir -p "$top/dom0/policy/$2"
      cp "$policy" "$top/dom0/policy/$2/" || note "dom0/policy/$2: $policy can't be read"
    fi
  done
}

# from_vm VM: runs the script there and takes its files
from_vm() {
  tell "$1 …"
  rm -f "$work/status"
  {
    {
      timeout -k 5 "$seconds" qvm-run --pass-io --no-gui -u root "$1" 'sh -s -- --stdout' <"$work/capture-vm.sh" 2>&3
      echo $? >"$work/status"
    } | head -c "$((most_bytes + 1))" >"$work/vm.tar"
  } 3>&1 | head -c 65536 >"$work/errors"
  status=$(cat "$work/status" 2>/dev/null)
  if [ "$(wc -c <"$work/vm.tar")" -gt "$most_bytes" ]; then
    note "vms/$1: it sent more than $most_bytes bytes: nothing of it is taken"
    return
  fi
  case $status in
    0) ;;
    124 | 137)
      note "vms/$1: not finished after $seconds seconds: nothing of it is taken"
      return
      ;;
    *) note "vms/$1: qvm-run ended with ${status:-a signal}: $(head -n 1 "$work/errors" | tr -cd ' -~' | cut -c 1-200)" ;;
  esac
  take "$1"
}

# take VM: writes the files that it sent. Each is unpacked to a stream and cut off there, so that neither its name nor
# its kind (link, device, sparse) matters.
take() {
  if ! timeout 60 tar -tf "$work/vm.tar" >"$work/list" 2>/dev/null; then
    note "vms/$1: what it sent is no tar archive"
    return
  fi
  mkdir -p "$top/vms/$1"
  for file in $vm_files; do
    if grep -qxF "./$file" "$work/list"; then
      unpack "$1" "$file"
    fi
  done
  grep -E '^\./rw-config/([A-Za-z0-9_-][A-Za-z0-9._-]*/)?[A-Za-z0-9_-][A-Za-z0-9._-]*$' "$work/list" | sort -u |
    head -n "$most_scripts" | sed 's|^\./||' >"$work/scripts"
  while read -r file; do
    unpack "$1" "$file"
  done <"$work/scripts"
  others=$(grep -cvE '^\./([A-Za-z0-9._-]+|rw-config/.*)?$' "$work/list")
  [ "$others" = 0 ] || note "vms/$1: $others files with odd names were not taken"
}

unpack() {
  mkdir -p "$(dirname "$top/vms/$1/$2")" 2>/dev/null || return
  timeout 60 tar -xOf "$work/vm.tar" --occurrence=1 "./$2" 2>/dev/null </dev/null |
    head -c "$most_file_bytes" >"$top/vms/$1/$2"
  if [ "$(wc -c <"$top/vms/$1/$2")" -ge "$most_file_bytes" ]; then
    note "vms/$1/$2: cut off at $most_file_bytes bytes"
  fi
}

main() {
  while getopts t: option; do
    case $option in
      t) seconds=$OPTARG ;;
      *)
        tell "usage: sh capture-dom0.sh [-t SECONDS] [VM]..."
        exit 2
        ;;
    esac
  done
  shift $((OPTIND - 1))
  case $seconds in
    '' | 0* | *[!0-9]*)
      tell "-t takes a number of seconds, not $seconds"
      exit 2
      ;;
  esac
  for tool in qvm-ls qvm-run timeout tar; do
    if ! have "$tool"; then
      tell "there is no command $tool: this script runs in dom0. For one machine by itself:"
      tell "  rulewalk capture-script vm"
      exit 2
    fi
  done
  here=$(pwd -P)
  top=$here/rulewalk-capture
  if ! mkdir "$top"; then
    tell "move $top away first"
    exit 2
  fi
  work=$(mktemp -d "${TMPDIR:-/tmp}/rulewalk.XXXXXX") || exit 2
  trap 'rm -rf "$work"' EXIT
  trap 'exit 130' INT TERM HUP
  mkdir "$top/dom0"
  notes=$top/dom0/capture-notes.txt
  : >"$notes"
  printf '{"format":"rulewalk-capture/1"}\n' >"$top/capture.json"
  vm_script >"$work/capture-vm.sh"

  all=
  running=
  qvm-ls --raw-data --fields name,state </dev/null >"$work/vms" 2>"$work/complaint" ||
    note "qvm-ls: $(head -n 1 "$work/complaint")"
  while IFS='|' read -r vm state; do
    if [ "$vm" != dom0 ] && is_plain "$vm"; then
      all="$all $vm"
      case $state in
        Running) running="$running $vm" ;;
      esac
    fi
  done <"$work/vms"
  tell "dom0 …"
  dom0_files
  wanted=$*
  [ -n "$wanted" ] || wanted=$running
  for vm in $wanted; do
    case " $running " in
      *" $vm "*) from_vm "$vm" ;;
      *) note "vms/$vm: not running, so not captured" ;;
    esac
  done
  find "$top" -type d -empty -delete
  tell "Not read:"
  if [ -s "$notes" ]; then
    tell "$(sed 's/^/  /' "$notes")"
  else
    tell "  nothing is missing; what each VM could not read is in its capture-notes.txt"
  fi
  if (cd "$here" && tar -czf rulewalk-capture.tar.gz rulewalk-capture); then
    tell "Packed: $here/rulewalk-capture.tar.gz"
  else
    tell "It could not be packed; hand on the folder $top"
  fi
}

# The script for VMs, as "rulewalk capture-script vm" prints it.
vm_script() {
  cat <<'END_OF_THE_SCRIPT_FOR_VMS'
@VM_SCRIPT@
END_OF_THE_SCRIPT_FOR_VMS
}

main "$@"

# Shell functions that ./rulewalk and ./verify share. Sourced, not run; POSIX sh.
# shellcheck shell=sh
# shellcheck disable=SC2034 # JAVA is for those who source this

say() {
  printf '%s\n' "rulewalk: $*" >&2
}

# need_packages WHY PACKAGE... : installs Debian packages when root, else says the one command that does.
need_packages() {
  why=$1
  shift
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    say "installing $* ($why)"
    log=$(mktemp)
    if DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@" >"$log" 2>&1; then
      rm -f "$log"
      return 0
    fi
    # the package lists may be old or empty
    if apt-get update >>"$log" 2>&1 &&
      DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@" >>"$log" 2>&1; then
      rm -f "$log"
      return 0
    fi
    tail -n 20 "$log" >&2
    rm -f "$log"
    say "could not install $*"
    return 1
  fi
  say "$why needs: $*"
  say "install them with:  sudo apt-get install -y $*"
  return 1
}

# java_works JAVA: whether it is Java 17 or later
java_works() {
  # the file beside it tells at once what starting it would take a tenth of a second for
  release=$(dirname "$(dirname "$(readlink -f "$1")")")/release
  version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$release" 2>/dev/null)
  [ -n "$version" ] || version=$("$1" -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p' | head -n 1)
  [ -n "$version" ] && [ "$version" -ge 17 ]
}

# find_java: sets JAVA to a Java 17 or later; installs one if need be
find_java() {
  JAVA=
  for candidate in "${JAVA_HOME:+$JAVA_HOME/bin/java}" "$(command -v java)" /usr/lib/jvm/*/bin/java; do
    if [ -n "$candidate" ] && [ -x "$candidate" ] && java_works "$candidate"; then
      JAVA=$candidate
      return 0
    fi
  done
  need_packages "running rulewalk" openjdk-17-jdk-headless || return 1
  JAVA=$(command -v java)
}

# need_build_tools: a JDK and Maven
need_build_tools() {
  missing=
  command -v javac >/dev/null 2>&1 || [ -x "${JAVA_HOME:-}/bin/javac" ] || missing="openjdk-17-jdk-headless"
  command -v mvn >/dev/null 2>&1 || missing="$missing maven"
  if [ -n "$missing" ]; then
    # shellcheck disable=SC2086
    need_packages "building rulewalk" $missing || return 1
  fi
}

# stop_all PID... : tells processes, and all that they have started, to end
stop_all() {
  while [ $# -gt 0 ]; do
    # who loses its parent can't be found any more
    found=$(ps -A -o pid= -o ppid= | awk -v of="$1" '$2 == of { print $1 }')
    kill -TERM "$1" 2>/dev/null || :
    shift
    # shellcheck disable=SC2086
    set -- $found "$@"
  done
}

# guarded COMMAND... : runs it so that a trap of this shell can act meanwhile; what runs is in $running
running=
guarded() {
  "$@" &
  running=$!
  wait "$running"
  ended=$?
  running=
  return "$ended"
}

# stop_guarded : for traps: ends what guarded runs, and waits until it has cleaned up behind itself
stop_guarded() {
  if [ -n "$running" ]; then
    stop_all "$running"
    wait "$running" 2>/dev/null || :
    running=
  fi
}

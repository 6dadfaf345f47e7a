#!/usr/bin/env bash
# A real Elasticsearch node for tests, from Maven Central alone. Needs mvn, curl and JDK 17 or newer; root or not.
#   es.sh install   unpacks the node and compiles the plugin, once
#   es.sh start     a node with empty data; prints its URL
#   es.sh resume    the same node again, over the data and on the port it had
#   es.sh stop      ends it and removes its data
# ES_PORT (9292; 0: any free one), ES_HEAP (512m), ES_DIR (where it is installed), ES_RUN (the node's own folder), ES_EXTRA
# (options of the JVM), JAVA_HOME, and ES_PARENT: a process id; once that process has gone, the node is stopped.
set -euo pipefail
version=8.19.21
uid=9200 # Elasticsearch doesn't run as root
here=$(cd "$(dirname "$0")" && pwd)
port=${ES_PORT:-9292}
heap=${ES_HEAP:-512m}
as=()
if [ "$(id -u)" = 0 ]; then as=(setpriv --reuid "$uid" --regid "$uid" --clear-groups); fi

# A clone under a private home can't be read by the other user; the installation then goes beside the temporary files.
default_dir() {
  local dir=$here/../../.cache
  mkdir -p "$dir"
  if ((${#as[@]} == 0)) || "${as[@]}" test -x "$dir"; then
    echo "$(cd "$dir" && pwd)/elasticsearch"
  else
    echo /var/tmp/noveum-elasticsearch
  fi
}

dir=${ES_DIR:-$(default_dir)}
mkdir -p "$dir"
[ -O "$dir" ] || { echo "ES_DIR=$dir belongs to somebody else" >&2; exit 1; }
dir=$(cd "$dir" && pwd)
home=$dir/elasticsearch-$version
plugin=$home/plugins/test-ilm
source=$here/ilm-plugin/IlmPlugin.java
run=${ES_RUN:-$dir/run-$port}
export ES_JAVA_HOME=${JAVA_HOME:-$(dirname "$(dirname "$(readlink -f "$(command -v javac)")")")}

unpack() {
  local unpacked=$dir/unpacked
  rm -rf "$unpacked" && mkdir -p "$unpacked"
  (cd "$unpacked" && mvn -B -q org.apache.maven.plugins:maven-dependency-plugin:3.6.1:unpack -DoutputDirectory="$unpacked" \
    -Dartifact=org.elasticsearch.distribution.integ-test-zip:elasticsearch:$version:zip >&2)
  chmod +x "$unpacked/elasticsearch-$version"/bin/*
  mv "$unpacked/elasticsearch-$version" "$home"
  rm -rf "$unpacked"
}

compile() {
  local classes=$dir/classes
  rm -rf "$plugin" "$classes" "$dir/built-from.java" && mkdir -p "$plugin" "$classes"
  "$ES_JAVA_HOME/bin/javac" --release 17 -proc:none -nowarn -XDsuppressNotes -d "$classes" \
    -cp "$home/lib/*:$home/modules/x-pack-core/*" "$source"
  printf '%s\n' name=test-ilm description=test version=1 elasticsearch.version=$version java.version=17 \
    classname=testilm.IlmPlugin extended.plugins=x-pack-core >"$plugin/plugin-descriptor.properties"
  "$ES_JAVA_HOME/bin/jar" cf "$plugin/test-ilm.jar" -C "$classes" .
  cp "$source" "$dir/built-from.java"
}

install() (
  umask 022
  exec 9>"$dir/lock"
  if command -v flock >/dev/null; then flock 9; fi
  [ -x "$home/bin/elasticsearch" ] || unpack
  cmp -s "$source" "$dir/built-from.java" || compile
)

runs() { # never another process that was given a stale id
  { tr '\0' ' ' <"/proc/$1/cmdline" || ps -o command= -p "$1"; } 2>/dev/null | grep -qF -- "$run/tmp"
}

halt() {
  local pid
  pid=$(cat "$run/pid" 2>/dev/null) || return 0
  if runs "$pid"; then
    kill "$pid" 2>/dev/null || true
    for _ in $(seq 150); do runs "$pid" || break; sleep 0.1; done
  fi
}

stop() { halt; rm -rf "$run"; }

configure() {
  mkdir -p "$run/tmp" && cp -r "$home/config" "$run/config"
  cat >"$run/config/elasticsearch.yml" <<YML
cluster.name: test
network.host: 127.0.0.1
discovery.type: single-node
http.port: $port
transport.port: 0
node.portsfile: true
path.data: $run/data
path.logs: $run/logs
xpack.security.enabled: false
cluster.routing.allocation.disk.threshold_enabled: false
action.destructive_requires_name: false
indices.lifecycle.poll_interval: 1s
YML
}

watch_parent() {
  local apart=()
  if command -v setsid >/dev/null; then apart=(setsid); fi
  ES_RUN=$run "${apart[@]}" bash -c 'while kill -0 "$1" 2>/dev/null; do sleep 1; done; exec "$0" stop' \
    "$here/es.sh" "$ES_PARENT" </dev/null >/dev/null 2>&1 &
}

launch() {
  if ((${#as[@]} > 0)); then
    chown -R "$uid:$uid" "$run"
    "${as[@]}" test -r "$home/bin/elasticsearch" -a -w "$run/tmp" || {
      echo "uid $uid can't enter ES_DIR=$dir or ES_RUN=$run: choose folders that others may enter" >&2
      exit 1
    }
  fi
  rm -f "$run/logs/http.ports" "$run/pid"
  env -u ES_HOME ES_PATH_CONF="$run/config" ES_TMPDIR="$run/tmp" ES_JAVA_OPTS="-Xms$heap -Xmx$heap ${ES_EXTRA:-}" \
    "${as[@]}" "$home/bin/elasticsearch" -d -p "$run/pid" </dev/null >"$run/start.log" 2>&1 || {
    tail -40 "$run/start.log" >&2
    exit 1
  }
  for _ in $(seq 600); do [ -s "$run/logs/http.ports" ] && break; sleep 0.1; done
  local url
  url=http://$(grep -m1 '^127\.' "$run/logs/http.ports")
  curl -sSf -o /dev/null --noproxy '*' --retry 20 --retry-connrefused "$url/_cluster/health?wait_for_status=yellow&timeout=30s"
  sed -i.bak "s/^http\.port: .*/http.port: ${url##*:}/" "$run/config/elasticsearch.yml"
  echo "$url"
}

start() {
  install
  stop
  configure
  launch
  if [ -n "${ES_PARENT:-}" ]; then watch_parent; fi
}

resume() { halt; launch; }

case ${1:-} in
install | start | resume | stop) "$1" ;;
*) echo "usage: $0 install|start|resume|stop" >&2; exit 2 ;;
esac

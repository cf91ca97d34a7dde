package io.isthmus.cli.trust;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads periods as Kubernetes has them: {@code 90s}, {@code 1h30m}. */
public final class Period implements ITypeConverter<Duration> {
  private static final Pattern WHOLE =
      Pattern.compile("(?:([0-9]{1,6})h)?(?:([0-9]{1,6})m)?(?:([0-9]{1,6})s)?");

  @Override
  public Duration convert(String text) {
    Matcher matcher = WHOLE.matcher(text);
    if (text.isEmpty() || !matcher.matches()) {
      throw new TypeConversionException(
          "'" + text + "' is no period: expected such as 90s, 10m or 1h30m");
    }
    return Duration.ofHours(part(matcher.group(1)))
        .plusMinutes(part(matcher.group(2)))
        .plusSeconds(part(matcher.group(3)));
  }

  private static long part(String digits) {
    return digits == null ? 0 : Long.parseLong(digits);
  }
}

package io.isthmus.cli.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.List;

/** The key pair that signs tokens, kept in a file that only its owner can read. */
final class TokenKey {
  private TokenKey() {}

  static KeyPair loadOrCreate(Path file) throws IOException {
    try {
      return Files.exists(file) ? load(file) : create(file);
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new IOException("cannot use the token key in " + file + ": " + e.getMessage(), e);
    }
  }

  private static KeyPair create(Path file) throws GeneralSecurityException, IOException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    KeyPair pair = generator.generateKeyPair();
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.write(
        file,
        List.of(
            Base64.getEncoder().encodeToString(pair.getPrivate().getEncoded()),
            Base64.getEncoder().encodeToString(pair.getPublic().getEncoded())));
    return pair;
  }

  private static KeyPair load(Path file) throws GeneralSecurityException, IOException {
    List<String> lines = Files.readAllLines(file);
    KeyFactory factory = KeyFactory.getInstance("EC");
    Base64.Decoder decoder = Base64.getDecoder();
    return new KeyPair(
        factory.generatePublic(new X509EncodedKeySpec(decoder.decode(lines.get(1)))),
        factory.generatePrivate(new PKCS8EncodedKeySpec(decoder.decode(lines.get(0)))));
  }
}

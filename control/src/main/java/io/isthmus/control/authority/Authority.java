package io.isthmus.control.authority;

import io.isthmus.certs.TrustBundle;
import io.isthmus.certs.issuing.Issuer;
import io.isthmus.certs.issuing.RootAuthority;

/** What this trust domain issues with, and what others verify with. */
public record Authority(RootAuthority root, Issuer issuer, TrustBundle bundle) {}

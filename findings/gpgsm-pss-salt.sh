#!/usr/bin/env bash
# gpgsm takes an RSA-PSS signature only if its salt is as long as its hash; `openssl cms` makes another one unless it is told.
#
# Seen with GnuPG 2.2.40 and OpenSSL 3.0.19 (Debian 12). RFC 4055 allows any length of salt and has it in the parameters; the usual
# one, and all that some readers take, is that of the hash (32 octets for SHA-256). OpenSSL's default for signing is the longest that fits
# the key, so a signature that OpenSSL itself verifies is bad for GnuPG. With `-keyopt rsa_pss_saltlen:-1` both take it.
#
# Needs: openssl, gpgsm, gpg-agent.
set -euo pipefail
folder=$(mktemp -d)
trap 'gpgconf --homedir "$folder/home" --kill all >/dev/null 2>&1 || true; rm -rf "$folder"' EXIT
cd "$folder"
mkdir -m 700 home
openssl version
gpgsm --version | head -1

openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -days 2 -subj /CN=Sample \
  -addext subjectAltName=email:sample@example.org 2>/dev/null
printf 'disable-crl-checks\nbatch\n' >home/gpgsm.conf
openssl x509 -in cert.pem -noout -fingerprint -sha1 | sed 's/.*=//; s/$/ S relax/' >home/trustlist.txt
gpgsm --homedir home --import cert.pem 2>/dev/null
printf 'Hello\r\n' >content

sign() { openssl cms -sign -binary -outform DER -md sha256 -in content -signer cert.pem -inkey key.pem -keyopt rsa_padding_mode:pss "$@" -out signature; }
verdict() { "$@" >/dev/null 2>&1 && echo good || echo bad; }
check() {
  own=$(verdict openssl cms -verify -binary -inform DER -in signature -content content -CAfile cert.pem)
  gnupg=$(verdict gpgsm --homedir home --verify signature content)
  echo "$1: OpenSSL says $own, GnuPG says $gnupg"
}

sign
check 'salt as OpenSSL makes it'
[ "$own $gnupg" = 'good bad' ] || exit 1
sign -keyopt rsa_pss_saltlen:-1
check 'salt as long as the hash'
[ "$own $gnupg" = 'good good' ] || exit 1

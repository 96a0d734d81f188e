/** A throw-away key and a certificate for `localhost` that no one has signed: for the test that it is refused. Protects nothing. */
export const SELF_SIGNED = {
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgF2u5w+VwQXAJjbmR
4sT+TSJtQzj8dYPwwHlUkyBwo1ChRANCAAQLhlO6H9QdAT61lg5+kpCfRrt9iGcl
CXRwh7Z4pbj9MdK2Cdu5dzeZXcnu0Z6zeTtBjb2zuxXwXu/1qc1ZvRIX
-----END PRIVATE KEY-----
`,
  cert: `-----BEGIN CERTIFICATE-----
MIIBfjCCASWgAwIBAgIURRITjqqFnSC3MbMhLvpbi7OyfL8wCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMjE0MzAxMVoYDzIxMjYxMDI5
MTQzMDExWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAQLhlO6H9QdAT61lg5+kpCfRrt9iGclCXRwh7Z4pbj9MdK2Cdu5dzeZ
Xcnu0Z6zeTtBjb2zuxXwXu/1qc1ZvRIXo1MwUTAdBgNVHQ4EFgQUHq3j//Scjdcp
fnctsAyLRm0Nk8QwHwYDVR0jBBgwFoAUHq3j//ScjdcpfnctsAyLRm0Nk8QwDwYD
VR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNHADBEAiA88MvIUEZAyxrCofEtvfsK
qN07kq6SJ3zB81A20FIS3AIgU0Q8q+0Aiy8dR6y1it15WcF/D6QGaAkyASxsa7Y8
+d8=
-----END CERTIFICATE-----
`,
};

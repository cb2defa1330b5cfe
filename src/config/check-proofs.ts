import type { DocumentPath, Finding } from '../documents/problem.ts';
import type { Outline, ServiceOutline } from './outline.ts';

/** Proofs of possession, and JWTs for upstreams, against the rest of the file. */
export function checkProofs({ services, upstream_jwt: jwt }: Outline): Finding[] {
  return services.flatMap((service, index) => {
    const path = ['services', index];
    return [
      ...checkRequired(service, path),
      ...checkAddress(service, path),
      ...checkJwt(service, jwt !== null, path),
    ];
  });
}

const unbound: readonly (string | null)[] = ['client_credentials', 'password', 'session'];

function checkRequired(service: ServiceOutline, path: DocumentPath): Finding[] {
  const methods = service.auth_methods.filter((method) => unbound.includes(method));
  if (methods.length === 0) return [];
  const message = `required leaves no use for ${methods.join(', ')}: such callers bring no proof`;
  return (['proof_of_possession_dpop', 'proof_of_possession_mtls'] as const)
    .filter((key) => service[key] === 'required')
    .map((key) => ({ path: [...path, key], message }));
}

/** A proof names the address that it is meant for (RFC 9449 section 4.2). */
function checkAddress(service: ServiceOutline, path: DocumentPath): Finding[] {
  const { proof_of_possession_dpop: mode, public_url: url } = service;
  if (mode === 'off' || url !== null) return [];
  const message = 'needs public_url, which is what proofs are made for';
  return [{ path: [...path, 'proof_of_possession_dpop'], message }];
}

function checkJwt(service: ServiceOutline, isSigned: boolean, path: DocumentPath): Finding[] {
  const { upstream_jwt: jwt, upstream_headers: headers } = service;
  if (jwt === null) return [];
  const findings: Finding[] = [];
  if (!isSigned) {
    const message = 'needs a section upstream_jwt at the top of the file, with its issuer';
    findings.push({ path: [...path, 'upstream_jwt'], message });
  }
  const names = Object.keys(headers).map((name) => name.toLowerCase());
  if (names.includes(jwt.header.toLowerCase())) {
    const message = 'upstream_headers has this header already';
    findings.push({ path: [...path, 'upstream_jwt', 'header'], message });
  }
  return findings;
}

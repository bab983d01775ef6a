// node sbom.mjs PARTS FOLDER OUT: the bill of materials (SPDX 2.3) of the programs in FOLDER, with their checksums.
// PARTS is what cmake/sbom.cmake wrote. SOURCE_DATE_EPOCH, where it is set, is the time of creation.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const [partsFile, folder, out] = process.argv.slice(2);
const { version, parts } = JSON.parse(readFileSync(partsFile, "utf8"));
const hash = (algorithm, bytes) => createHash(algorithm).update(bytes).digest("hex");
const idOf = (name) => `SPDXRef-${name}`;

const programs = [...new Set(parts.map((part) => part.of))].map((name) => {
  const file = join(folder, name);
  const checksums = existsSync(file) ? [{ algorithm: "SHA256", checksumValue: hash("sha256", readFileSync(file)) }] : [];
  return { name, version, licence: "MIT", home: "NOASSERTION", checksums, purpose: "APPLICATION" };
});
const libraries = [...new Map(parts.map((part) => [part.name, { ...part, purpose: "LIBRARY" }])).values()];

const packages = [...programs, ...libraries].map((each) => ({
  SPDXID: idOf(each.name),
  name: each.name,
  ...(each.version ? { versionInfo: each.version } : {}),
  downloadLocation: each.home,
  filesAnalyzed: false,
  ...(each.checksums?.length > 0 ? { checksums: each.checksums } : {}),
  licenseConcluded: each.licence,
  licenseDeclared: each.licence,
  copyrightText: "NOASSERTION",
  primaryPackagePurpose: each.purpose,
}));
const between = (from, type, to) => ({ spdxElementId: from, relationshipType: type, relatedSpdxElement: to });
const relationships = [
  ...programs.map(({ name }) => between("SPDXRef-DOCUMENT", "DESCRIBES", idOf(name))),
  ...parts.map(({ of, name, relation }) =>
    relation.endsWith("_OF") ? between(idOf(name), relation, idOf(of)) : between(idOf(of), relation, idOf(name)),
  ),
];

const time = process.env.SOURCE_DATE_EPOCH ? new Date(1000 * Number(process.env.SOURCE_DATE_EPOCH)) : new Date();
const document = {
  spdxVersion: "SPDX-2.3",
  dataLicense: "CC0-1.0",
  SPDXID: "SPDXRef-DOCUMENT",
  name: `ssem-${version}`,
  documentNamespace: `https://spdx.org/spdxdocs/ssem-${version}-${hash("sha1", JSON.stringify(packages))}`,
  creationInfo: { created: `${time.toISOString().slice(0, 19)}Z`, creators: [`Tool: ssem-sbom-${version}`] },
  packages,
  relationships,
};
mkdirSync(dirname(out), { recursive: true });
writeFileSync(out, `${JSON.stringify(document, null, 1)}\n`);

"""What the package depends on, examined: known vulnerabilities, licences, hashes, and a list of it all (SBOM)."""

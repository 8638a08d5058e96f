"""What the quality gate says of records that were read."""

from __future__ import annotations

from quality.declared import declared
from quality.gate import Gate


def found_by_gate(dataset, records, children=()):
    """The rules that these records break, with an example each."""
    gate = Gate(declared(dataset.record))
    for record in records:
        family = [child for child in children if child.parent_id == record.vendor_id]
        gate.judge(record, family)
    return {found.rule: found.examples for found in gate.findings()}

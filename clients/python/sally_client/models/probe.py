from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.outcome import Outcome






T = TypeVar("T", bound="Probe")



@_attrs_define
class Probe:
    """ One endpoint's answer.

        Attributes:
            dataset (str): The dataset, or “account”.
            outcome (Outcome): What an endpoint said.
            sentence (str):
            ms (int): Milliseconds until the answer.
     """

    dataset: str
    outcome: Outcome
    sentence: str
    ms: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        dataset = self.dataset

        outcome = self.outcome.value

        sentence = self.sentence

        ms = self.ms


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "dataset": dataset,
            "outcome": outcome,
            "sentence": sentence,
            "ms": ms,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        dataset = d.pop("dataset")

        outcome = Outcome(d.pop("outcome"))




        sentence = d.pop("sentence")

        ms = d.pop("ms")

        probe = cls(
            dataset=dataset,
            outcome=outcome,
            sentence=sentence,
            ms=ms,
        )


        probe.additional_properties = d
        return probe

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties

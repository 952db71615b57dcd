"""What files hold is looked at before it is used."""

import pytest
import torch

from engine.models.tensor_file import is_finite


@pytest.mark.parametrize("kind", [torch.float16, torch.bfloat16, torch.float32, torch.float64])
@pytest.mark.parametrize("wrong", [[torch.nan], [torch.inf], [-torch.inf], [torch.inf, -torch.inf]])
def test_one_number_that_is_not_finite_is_found(kind, wrong):
    values = torch.ones(300, dtype=kind)
    assert is_finite(values)
    values[7 : 7 + len(wrong)] = torch.tensor(wrong, dtype=kind)
    assert not is_finite(values)


@pytest.mark.parametrize("kind", [torch.float16, torch.bfloat16, torch.float32, torch.float64])
def test_large_numbers_are_finite_though_their_sum_may_not_be(kind):
    assert is_finite(torch.full((300,), torch.finfo(kind).max, dtype=kind))
    assert is_finite(torch.empty(0, dtype=kind))

"""Arrays in JSON: little-endian float32 in C order, base64, with their shape."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def array_to_json(array: NDArray[np.float32]) -> dict[str, Any]:
    """An array as the protocol carries it: little-endian float32 in C order, base64."""
    data = array.astype("<f4").tobytes(order="C")
    return {"dtype": "float32", "shape": list(array.shape), "data": base64.b64encode(data).decode("ascii")}


def array_from_json(content: Any) -> NDArray[np.float32]:
    """The array that `array_to_json` wrote. Raises ValueError for what is none."""
    import numpy as np

    if not isinstance(content, dict) or set(content) != {"dtype", "shape", "data"} or content["dtype"] != "float32":
        raise ValueError("an array is an object of dtype float32, shape and data")
    shape = content["shape"]
    if not isinstance(shape, list) or not all(type(size) is int and size >= 0 for size in shape):
        raise ValueError("the shape of an array is a list of sizes")
    if not isinstance(content["data"], str):
        raise ValueError("the data of an array is base64 text")
    data = base64.b64decode(content["data"], validate=True)
    count = 1
    for size in shape:
        count *= size
    if len(data) != 4 * count:
        raise ValueError(f"an array of shape {shape} needs {4 * count} bytes, not {len(data)}")
    return np.frombuffer(data, dtype="<f4").reshape(shape).astype(np.float32)

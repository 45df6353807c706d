"""Makes the sample of a Caffe network in lintian_ml/samples, with caffe2onnx's compiled caffe.proto.

Run it from the top of the source tree: ``python3 tests/samples/make_caffe.py``.
"""

from pathlib import Path

import numpy as np
from caffe2onnx.proto import caffe_upsample_pb2 as caffe  # type: ignore[import-not-found]

SAMPLES = Path(__file__).parents[2] / "lintian_ml" / "samples"


def linear() -> bytes:
    """Return y = softmax(x W + b), the weights in a blob with a shape, as a snapshot has it."""
    net = caffe.NetParameter(name="linear")
    data = net.layer.add(name="data", type="Input", top=["data"])
    data.input_param.shape.add(dim=[1, 4])
    dense = net.layer.add(name="dense", type="InnerProduct", bottom=["data"], top=["dense"], phase=0)
    dense.param.add(lr_mult=1.0, decay_mult=1.0)
    dense.inner_product_param.num_output = 3
    values = np.random.default_rng(1).normal(0, 0.3, (3, 4)).astype(np.float32)
    for array in (values, np.array([0.5, -0.25, 0.125], np.float32)):
        blob = dense.blobs.add(data=array.flatten().tolist())
        blob.shape.dim.extend(array.shape)
    net.layer.add(name="prob", type="Softmax", bottom=["dense"], top=["prob"])
    return bytes(net.SerializeToString())


if __name__ == "__main__":
    (SAMPLES / "linear.caffemodel").write_bytes(linear())

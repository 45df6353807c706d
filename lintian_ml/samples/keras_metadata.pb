
eroot"_tf_keras_sequential*A{"name": "linear", "trainable": true, "class_name": "Sequential"}2
droot.layer-0"_tf_keras_layer*;{"name": "dense", "trainable": true, "class_name": "Dense"}2
// Labelled examples from the files a spec names.
#pragma once

#include "advisor/result.h"
#include "trainer/data/dataset.h"
#include "trainer/spec/train_spec.h"

namespace ssem::trainer {

// By kind; the test part is empty where the files bring none. Labels are as the files have them. Errors name file and
// byte, or line.
//  cifar10, cifar100  folder with the binary version's files, or one of them. cifar100's classes are its 20
//  superclasses,
//                     its fine labels the 100; with coarse_of_fine the 100 are grouped anew
//  idx                folder with train-* and t10k-* as MNIST names them, .gz or not; or an images file, its labels
//                     beside it
//  npz                x | images | features | embeddings with y | labels, and fine_labels, instance_ids where there;
//                     x_test with y_test likewise. uint8 of [N, H, W] or [N, C, H, W] are images, all else tables
//  csv                columns of numbers besides labels, an index, ids (find_coordinates); labels may be words
//  image_folder       train/CLASS/*.jpg and test/CLASS/*.jpg, or CLASS/*.jpg; jpeg and png
Result<DataSplit> read_dataset_files(const DatasetSpec& spec);

}  // namespace ssem::trainer
